import { oneEn as one } from './plural.ts';

/** What the views of events say, in English. */
export const eventsEn = {
  byPeriod: {
    choice: 'Count by',
    per: { day: 'By day', week: 'By week', month: 'By month' },
    period: { day: 'Day', week: 'Week of', month: 'Month from' },
    total: 'Total',
    counted: (moment: string) => `Counted from the events as they were on ${moment}.`,
    zone: (zone: string) => `Days and weeks of ${zone}.`,
    zones: 'Days and weeks of the time zone of each organisation.',
  },

  calls: {
    byChannel: 'Where attempts fail: outcome by channel',
    byPeriod: { day: 'Outcomes by day', week: 'Outcomes by week', month: 'Outcomes by month' },
    channel: 'Channel',
    attempts: 'Attempts',
    failed: 'Failed',
    failedShare: 'Share failed',
    finding: (_n: number, failed: string, total: string, share: string) =>
      `${failed} of ${total} attempts failed (${share}).`,
    worst: (channel: string, share: string, failed: string, total: string) =>
      `Most often: ${channel}, ${share} (${failed} of ${total}).`,
    none: 'No attempt was recorded in this period',
    noneHint: 'Attempts appear here as soon as they are recorded; they need not be recomputed.',
  },

  time: {
    title: 'How long it took to connect',
    taken: 'Time taken',
    connections: 'Connections',
    share: 'Share',
    under: (to: string) => `under ${to}`,
    between: (from: string, to: string) => `${from} to ${to}`,
    over: (from: string) => `${from} or more`,
    finding: (_n: number, share: string, within: string, total: string) =>
      `${within} of ${total} connections were made within a day (${share}).`,
    percentiles: {
      M2_P50: (value: string) => `Half of the connections took no longer than ${value}.`,
      M2_P75: (value: string) => `Three of four took no longer than ${value}.`,
      M2_P90: (value: string) => `Nine of ten took no longer than ${value}.`,
    },
    mark: (percentile: string, time: string) => `${percentile}: ${time}`,
    /** For where there is little room. */
    marks: { M2_P50: 'Median', M2_P75: 'p75', M2_P90: 'p90' },
    percentilesOf: (moment: string) => `Percentiles as calculated on ${moment}.`,
    noPercentiles: 'The percentiles were not computed for this period yet.',
    unequal: 'The bars stand for spans of unequal length.',
    without: 'People who never connected are not in it: read it beside the failed contact rate.',
    none: 'No connection was recorded in this period',
    noneHint: 'Connections appear here as soon as they are recorded.',
  },

  referrals: {
    flow: 'Where referrals lead',
    byPeriod: { day: 'Referrals by day', week: 'Referrals by week', month: 'Referrals by month' },
    made: 'Referrals made',
    state: 'State',
    reason: 'Reason',
    count: 'Referrals',
    share: 'Share',
    noReason: 'No reason given',
    labelled: (name: string, count: string) => `${name}: ${count}`,
    finding: (_n: number, connected: string, total: string, share: string) =>
      `${connected} of ${total} referrals ended in a connection (${share}).`,
    open: (n: number, count: string) => `${count} ${one(n, 'is', 'are')} still open.`,
    none: 'No referral was made in this period',
    noneHint: 'Referrals appear here as soon as they are recorded.',
  },

  freshness: {
    title: 'What to check next',
    titleThen: 'What was due at the end of the period',
    todoThen: (n: number, count: string) =>
      `${count} ${one(n, 'service needed', 'services needed')} a check.`,
    dueAtOnce: 'from the start',
    isOver: 'The period is over; this list shows how things stood at its end.',
    showNow: 'Show what is due now',
    asOf: (moment: string) => `As of ${moment}.`,
    finding: (_n: number, within: string, total: string, share: string) =>
      `${within} of ${total} services were checked within the limit of their tier (${share}).`,
    tiersTitle: 'Checked in time, by tier',
    service: 'Service',
    organization: 'Organisation',
    tier: 'Tier',
    lastCheck: 'Last check',
    status: 'Found',
    due: 'Due',
    state: 'State',
    overdueBy: (time: string) => `overdue by ${time}`,
    dueIn: (time: string) => `due in ${time}`,
    never: 'never',
    now: 'now',
    states: { never_checked: 'Never checked', overdue: 'Overdue', within_limit: 'Checked in time' },
    none: 'No service is in scope',
    noneHint: 'Services are put into scope by the organisation’s system, or by an operator.',
    todo: (n: number, count: string) => `${count} ${one(n, 'service needs', 'services need')} a check.`,
    allDone: 'Every service was checked in time.',
  },

  audits: {
    byCategory: 'What audits found',
    byPeriod: { day: 'Audits by day', week: 'Audits by week', month: 'Audits by month' },
    category: 'Found',
    fatal: 'Fatal errors',
    noneFatal: 'No fatal error',
    total: 'Total',
    finding: (_n: number, fatal: string, total: string, share: string) =>
      `${fatal} of ${total} audits found a fatal error (${share}).`,
    webOnly: (n: number, count: string) =>
      `${count} ${one(n, 'audit', 'audits')} looked at the web only; each should be confirmed by a call or by the provider.`,
    none: 'No listing was audited in this period',
    noneHint: 'Audits appear here as soon as they are recorded.',
  },
};
