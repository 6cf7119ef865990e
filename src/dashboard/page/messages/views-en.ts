import type { Check } from '../../../gate-0/verdict/schema.ts';
import { eventsEn } from './events-en.ts';
import { namesEn } from './names-en.ts';
import { overviewEn } from './overview-en.ts';
import { oneEn as one } from './plural.ts';

/** What the views say, in English; every other language says the same things. Numbers come formatted; `n` is the number itself. */
export const viewsEn = {
  ...namesEn,
  ...overviewEn,
  ...eventsEn,

  titles: {
    overview: 'Overview',
    trends: 'Trends',
    calls: 'Contact attempts',
    time: 'Time to connection',
    referrals: 'Referrals',
    freshness: 'Freshness',
    audits: 'Audits',
    gateZero: 'Gate 0',
    organizations: 'Organisations',
  },

  lowerIsBetter: 'Lower is better.',
  higherIsBetter: 'Higher is better.',

  calculated: (moment: string) => `Calculated on ${moment}.`,
  notComputed: 'This period was not computed yet; the events below are counted as they are now.',

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
    recalculationsHint: 'The chosen period as it was calculated each time: what arrived late changes it.',
    week: 'Week of',
    calculated: 'Calculated',
    numerator: 'Numerator',
    denominator: 'Denominator',
    quality: 'Quality',
    finding: (first: string, firstAt: string, last: string, lastAt: string) =>
      `From ${first} (${firstAt}) to ${last} (${lastAt}).`,
    findingOne: (value: string, at: string) => `${value} (${at}).`,
    findingNone: 'There was nothing to measure.',
    empty: 'No week was computed yet',
    emptyHint: 'Recompute on the overview: it computes each whole week of the period, too.',
    emptyRecalculations: 'The chosen period was not computed yet',
    more: (count: string) => `The latest ${count} calculations are drawn.`,
  },

  gateZero: {
    question: 'May the pilot start?',
    go: 'Yes: go',
    no_go: 'Not yet: no go',
    met: (_n: number, count: string, total: string) => `${count} of ${total} checks pass.`,
    missing: 'What is missing',
    passed: 'What passes',
    statuses: { pass: 'Passes', fail: 'Fails', overdue: 'Overdue', pending: 'Pending' },
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
    anotherOrganization: 'another organisation',
    /** The sentence of the service, and the language that it is in. */
    reason: (sentence: string) => ({ text: sentence, lang: 'en' }),
    baselineOf: (days: string) => `baseline of ${days}`,
    revision: (revision: string) => `revision ${revision}`,
    asOf: (moment: string) => `From the records that had arrived by ${moment}.`,
    wholeCycle: 'Gate 0 is about the whole cycle, whichever organisation is chosen.',
  },

  organizations: {
    title: 'Side by side',
    organization: 'Organisation',
    notComputed: 'not computed for this period',
    none: 'There is no organisation yet',
    noneHint: 'An operator makes one with “pilot org create”.',
    noneComputed: 'Nothing was computed for this period in any organisation',
    same: (value: string) => `${value} in each.`,
    lowest: (name: string, value: string) => `Lowest: ${name}, ${value}.`,
    highest: (name: string, value: string) => `Highest: ${name}, ${value}.`,
    caution:
      'Organisations work with different people and services; a difference is a question, not a ranking.',
  },
};

export type ViewMessages = typeof viewsEn;
