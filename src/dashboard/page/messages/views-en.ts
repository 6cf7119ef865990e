import type { Check } from '../../../gate-0/verdict/schema.ts';
import { namesEn } from './names-en.ts';

const one = (n: number, singular: string, plural: string) => (n === 1 ? singular : plural);

/** What the views say, in English; every other language says the same things. Numbers come formatted; `n` is the number itself. */
export const viewsEn = {
  ...namesEn,

  titles: {
    overview: 'Overview',
    trends: 'Trends',
    calls: 'Calls',
    time: 'Time to connection',
    referrals: 'Referrals',
    freshness: 'Freshness',
    audits: 'Audits',
    gateZero: 'Gate 0',
    organizations: 'Organisations',
  },

  lowerIsBetter: 'Lower is better.',
  higherIsBetter: 'Higher is better.',
  wholeCycle: 'Whole cycle',
  none: 'none',

  change: {
    better: (distance: string) => `${distance} better`,
    worse: (distance: string) => `${distance} worse`,
    than: (since: string) => `than calculated on ${since}`,
    none: (since: string) => `As calculated on ${since}`,
    first: 'Calculated for the first time',
    nowMeasured: (since: string) => `Was not measured on ${since}`,
    noLonger: (value: string, since: string) => `Was ${value} on ${since}`,
  },

  calculated: (moment: string) => `Calculated on ${moment}.`,
  notComputed: 'This window was not computed yet; the events below are counted as they are now.',
  missed: (measure: string, value: string, minimum: string) => `${measure}: ${value}, minimum ${minimum}`,

  overview: {
    connecting: 'Are we connecting more people than before?',
    fewerFail: 'Yes, more attempts get through',
    moreFail: 'No, fewer attempts get through',
    sameFail: 'No, as many attempts fail as before',
    nothingToCompare: 'Nothing to compare with yet',
    fewerSinceFirst: 'Yes, since the first week',
    moreSinceFirst: 'No, not since the first week',
    weekOf: (day: string) => `week of ${day}`,
    overall: (share: string, numerator: string, denominator: string) =>
      `In the whole window ${share}: ${numerator} of ${denominator} attempts failed.`,
    fewInWeeks: (first: string, last: string) => `The two weeks count only ${first} and ${last} attempts.`,
    notMeasured: 'Nobody knows: there was no attempt',
    now: 'now',
    baseline: 'before the pilot',
    failed: (numerator: string, denominator: string) => `${numerator} of ${denominator} attempts failed.`,
    targetMet: (target: string) => `Gate 1 allows at most ${target}: met.`,
    targetMissed: (target: string) => `Gate 1 allows at most ${target}: not met yet.`,
    noBaseline:
      'No baseline from before the pilot is stored for this organisation, so there is no time before to compare with.',
    noCycleBaseline:
      'Baselines belong to organisations. Choose one to compare it with the time before the pilot.',
    trusting: 'Can the number be trusted?',
    trust: 'Yes',
    trustWithCare: 'With care',
    noTrust: 'No, there is no data',
    meetsMinimum: (measure: string, value: string, minimum: string) =>
      `It meets its minimum: ${measure} ${value}, at least ${minimum}.`,
    belowMinimum: (measure: string, value: string, minimum: string) =>
      `It is below its minimum: ${measure} ${value}, at least ${minimum}.`,
    oneWeighs: (n: number, count: string, points: string) =>
      `It counts ${count} ${one(n, 'attempt', 'attempts')}: one more or less moves it by up to ${points}.`,
    upToDate: (moment: string) => `Calculated on ${moment}; no attempt in this window has arrived since.`,
    outdated: (moment: string, n: number, count: string) =>
      `Calculated on ${moment}; ${count} ${one(n, 'attempt', 'attempts')} arrived since. Recompute to count ${one(n, 'it', 'them')}.`,
    deleted: (moment: string, n: number, count: string) =>
      `Calculated on ${moment}; ${count} ${one(n, 'attempt is', 'attempts are')} no longer stored, so it cannot be calculated again.`,
    ageUnknown: (moment: string) =>
      `Calculated on ${moment}. Whether events arrived since cannot be said right now.`,
    few: (n: number, count: string, points: string) =>
      `It counts only ${count} ${one(n, 'attempt', 'attempts')}: one more or less moves it by up to ${points}.`,
    othersOk: (total: string) => `All ${total} figures of the scorecard meet their minimum.`,
    othersNoData: (n: number, count: string, total: string) =>
      `${count} of ${total} figures of the scorecard ${one(n, 'has', 'have')} no data.`,
    othersBelow: (n: number, count: string, total: string) =>
      `${count} of ${total} figures of the scorecard ${one(n, 'does', 'do')} not meet ${one(n, 'its', 'their')} minimum.`,
    weeksTitle: 'Failed contact rate, week by week',
    weeksFinding: (first: string, last: string, n: number) =>
      n === 1
        ? `${last} in the only week computed.`
        : `From ${first} in the first week to ${last} in the last.`,
    weeksBaseline: (baseline: string) => `Before the pilot: ${baseline}.`,
    before: 'Before',
    targetLine: (target: string) => `Gate 1: ${target}`,
    noWeeks: 'No week was computed on its own yet; recomputing does that, and then they are drawn here.',
    metrics: 'The seven metrics',
    empty: 'Nothing was computed for this window yet',
    emptyHint: 'Recompute to count what was recorded.',
    emptyReader: 'Somebody who may write for the organisation has to recompute it first.',
  },

  gateOne: {
    title: 'Gate 1',
    subtitle: 'Is the pilot worth going on with?',
    decisions: {
      proceed: 'Proceed',
      iterate_one_more_cycle: 'Iterate one more cycle',
      kill_weakest_and_rerun: 'Kill the weakest, and rerun',
    },
    check: 'Check',
    measured: 'Measured',
    threshold: 'Threshold',
    baseline: 'Before the pilot',
    result: 'Result',
    atMost: (threshold: string) => `at most ${threshold}`,
    atLeast: (threshold: string) => `at least ${threshold}`,
    pass: 'Met',
    fail: 'Missed',
    reasons: {
      not_measured: 'nothing was measured',
      baseline_is_zero: 'nothing can be below a baseline of zero',
      above_threshold: 'above the threshold',
      below_threshold: 'below the threshold',
    },
    notJudged: 'Gate 1 was not judged: no baseline from before the pilot is stored.',
    notJudgedCycle: 'Gate 1 is judged for each organisation, against its own baseline.',
    met: (count: string, total: string) => `${count} of ${total} checks met.`,
    stored: 'Compared with the stored baseline of the organisation.',
  },

  recompute: {
    button: 'Recompute',
    hint: 'Counts what was recorded for this window, and for each whole week in it.',
    under: (position: string, total: string, window: string) =>
      `Recomputing ${position} of ${total}: ${window}`,
    wait: (seconds: string) => `Only so many recomputes are allowed in a minute; going on in ${seconds}.`,
    done: (n: number, count: string) => `Recomputed ${count} ${one(n, 'window', 'windows')}.`,
    stop: 'Stop',
    stopped: (done: string, total: string) => `Stopped after ${done} of ${total}.`,
    elsewhere: 'What was chosen before is still being recomputed.',
    failed: (done: string, total: string, why: string) => `Stopped after ${done} of ${total}. ${why}`,
  },

  picture: {
    table: 'Table',
    copy: 'Copy CSV',
    copied: 'Copied as CSV.',
    notCopied: 'The browser did not let the table be copied; it is shown instead.',
    download: 'Download PNG',
    actions: (title: string) => `What to do with “${title}”`,
  },

  trends: {
    weeks: 'By week',
    weeksHint: 'The latest calculation of each week.',
    recalculations: 'By recalculation',
    recalculationsHint: 'The chosen window as it was calculated each time: what arrived late changes it.',
    week: 'Week of',
    calculated: 'Calculated',
    numerator: 'Numerator',
    denominator: 'Denominator',
    quality: 'Quality',
    finding: (first: string, firstAt: string, last: string, lastAt: string) =>
      `From ${first} (${firstAt}) to ${last} (${lastAt}).`,
    findingOne: (value: string, at: string) => `${value} (${at}).`,
    findingNone: 'There was nothing to measure.',
    belowMinimum: 'A hollow point is below its minimum.',
    empty: 'No week was computed yet',
    emptyHint: 'Recompute on the overview: it computes each whole week of the window, too.',
    emptyRecalculations: 'The chosen window was not computed yet',
    more: (count: string) => `The latest ${count} calculations are drawn.`,
  },

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
    finding: (failed: string, total: string, share: string) =>
      `${failed} of ${total} attempts failed (${share}).`,
    worst: (channel: string, share: string) => `Most often: ${channel}, ${share}.`,
    none: 'No attempt was recorded in this window',
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
    finding: (share: string, total: string) => `${share} of ${total} connections were made within a day.`,
    percentiles: {
      M2_P50: (value: string) => `Half of the connections took no longer than ${value}.`,
      M2_P75: (value: string) => `Three of four took no longer than ${value}.`,
      M2_P90: (value: string) => `Nine of ten took no longer than ${value}.`,
    },
    marks: { M2_P50: 'p50', M2_P75: 'p75', M2_P90: 'p90' },
    percentilesOf: (moment: string) => `Percentiles as calculated on ${moment}.`,
    noPercentiles: 'The percentiles were not computed for this window yet.',
    unequal: 'The bars stand for spans of unequal length.',
    without: 'People who never connected are not in it: read it beside the failed contact rate.',
    none: 'No connection was recorded in this window',
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
    finding: (connected: string, total: string, share: string) =>
      `${connected} of ${total} referrals ended in a connection (${share}).`,
    open: (n: number, count: string) => `${count} ${one(n, 'is', 'are')} still open.`,
    none: 'No referral was made in this window',
    noneHint: 'Referrals appear here as soon as they are recorded.',
  },

  freshness: {
    title: 'What to check next',
    asOf: (moment: string) => `As of ${moment}.`,
    finding: (within: string, total: string, share: string) =>
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
    finding: (fatal: string, total: string, share: string) =>
      `${fatal} of ${total} audits found a fatal error (${share}).`,
    webOnly: (n: number, count: string) =>
      `${count} ${one(n, 'audit', 'audits')} looked at the web only; the minimum asks each for a call or for the provider.`,
    none: 'No listing was audited in this window',
    noneHint: 'Audits appear here as soon as they are recorded.',
  },

  gateZero: {
    question: 'May the pilot start?',
    go: 'Yes: go',
    no_go: 'Not yet: no go',
    met: (count: string, total: string) => `${count} of ${total} checks pass.`,
    missing: 'What is missing',
    passed: 'What passes',
    statuses: { pass: 'Passes', fail: 'Fails', pending: 'Pending' },
    check: ({ title }: Pick<Check, 'id' | 'title'>) => title,
    records: (n: number, count: string) => `Decided by ${count} ${one(n, 'record', 'records')}`,
    kinds: {
      approval: 'approval',
      baseline: 'baseline',
      control: 'control',
      claim: 'claim',
      threat_finding: 'threat finding',
      partner: 'partner',
      organization: 'organisation',
    },
    /** The sentence of the service, and the language that it is in. */
    reason: (sentence: string) => ({ text: sentence, lang: 'en' }),
    revision: (revision: string) => `revision ${revision}`,
    asOf: (moment: string) => `From the records that had arrived by ${moment}.`,
    wholeCycle: 'Gate 0 is about the whole cycle, whichever organisation is chosen.',
  },

  organizations: {
    title: 'Side by side',
    organization: 'Organisation',
    notComputed: 'not computed for this window',
    none: 'There is no organisation yet',
    noneHint: 'An operator makes one with “pilot org create”.',
    noneComputed: 'Nothing was computed for this window in any organisation',
    same: (value: string) => `${value} in each.`,
    lowest: (name: string, value: string) => `Lowest: ${name}, ${value}.`,
    highest: (name: string, value: string) => `Highest: ${name}, ${value}.`,
    caution:
      'Organisations work with different people and services; a difference is a question, not a ranking.',
  },
};

export type ViewMessages = typeof viewsEn;
