import { oneEn as one } from './plural.ts';

/** What the overview says, in English: its two answers, its tiles, Gate 1 and the recompute. */
export const overviewEn = {
  /** What became of a figure since its period was calculated before. */
  change: {
    late: (shift: string, since: string) =>
      `Late events moved it by ${shift} since it was calculated on ${since}`,
    newer: (shift: string, since: string) => `Moved by ${shift} since it was calculated on ${since}`,
    hardly: (since: string) => `Hardly changed since it was calculated on ${since}`,
    none: (since: string) => `Unchanged since it was calculated on ${since}`,
    first: 'Calculated for the first time',
    nowMeasured: (since: string) => `Was not measured on ${since}`,
    noLonger: (value: string, since: string) => `Was ${value} on ${since}`,
  },

  /** What a bar or a point means that may not be leaned on. */
  doubtful: {
    bar: (fewest: string) =>
      `A hatched bar rests on fewer than ${fewest} cases, or on data that are not complete enough.`,
    point: (fewest: string) =>
      `A hollow point rests on fewer than ${fewest} cases, or on data that are not complete enough.`,
  },

  overview: {
    connecting: 'Are we connecting more people than before?',
    sinceBefore: {
      larger: 'Yes, a larger share gets through',
      smaller: 'No, a smaller share gets through',
      same: 'About the same share of attempts gets through',
    },
    nothingToCompare: 'Nothing to compare with yet',
    sinceFirst: {
      larger: 'Yes, a larger share gets through than in the first week',
      smaller: 'No, a smaller share gets through than in the first week',
      same: 'About the same share gets through as in the first week',
    },
    through: (_n: number, through: string, attempts: string) => `${through} of ${attempts} got through`,
    inNumbers: {
      more: (now: string, before: string) =>
        `In numbers more got through, ${now} after ${before}, because more attempts were made.`,
      fewer: (now: string, before: string) =>
        `In numbers fewer got through, ${now} after ${before}, because fewer attempts were made.`,
    },
    fewCompared: (before: string, now: string) => `Only ${before} and ${now} attempts are compared.`,
    median: (before: string, now: string) => `Median time to connection: ${before} before, ${now} now.`,
    medianOfFew: (before: string, now: string) => `Only ${before} and ${now} connections are compared.`,
    weekOf: (day: string) => `week of ${day}`,
    overall: (_n: number, share: string, numerator: string, denominator: string) =>
      `In the whole period ${share}: ${numerator} of ${denominator} attempts failed.`,
    notMeasured: 'Cannot be said: there was no attempt',
    now: 'now',
    baseline: 'before the pilot',
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
    oneWeighs: (n: number, count: string, points: string) =>
      `It counts ${count} ${one(n, 'attempt', 'attempts')}: one more or less moves it by up to ${points}.`,
    upToDate: (moment: string) => `Calculated on ${moment}; no attempt in this period has arrived since.`,
    outdated: (moment: string, n: number, count: string) =>
      `Calculated on ${moment}; ${count} ${one(n, 'attempt', 'attempts')} arrived since. Recompute to count ${one(n, 'it', 'them')}.`,
    deleted: (moment: string, n: number, count: string) =>
      `Calculated on ${moment}; ${count} ${one(n, 'attempt is', 'attempts are')} no longer stored, so it cannot be calculated again.`,
    ageUnknown: (moment: string) =>
      `Calculated on ${moment}. Whether events arrived since cannot be said right now.`,
    few: (n: number, count: string, points: string) =>
      `It counts only ${count} ${one(n, 'attempt', 'attempts')}: one more or less moves it by up to ${points}.`,
    beforeWeighs: (days: string, n: number, count: string, points: string) =>
      `Before the pilot (${days}) ${count} ${one(n, 'attempt was', 'attempts were')} counted: one more or less moves that figure by up to ${points}.`,
    beforeIsFew: (days: string, n: number, count: string, points: string) =>
      `Before the pilot (${days}) only ${count} ${one(n, 'attempt was', 'attempts were')} counted: one more or less moves that figure by up to ${points}.`,
    beforeIsOk: 'Its data are complete enough.',
    beforeIsBelow: (missed: string) => `Its data are not complete enough: ${missed}.`,
    beforeUnknown: 'How much was counted before the pilot cannot be said right now.',
    othersOk: (total: string) => `The data of all ${total} metrics are complete enough.`,
    othersNoData: (n: number, count: string, total: string) =>
      `${count} of ${total} metrics ${one(n, 'has', 'have')} no data.`,
    othersBelow: (n: number, count: string, total: string) =>
      `The data of ${count} of ${total} metrics are not complete enough${one(n, ': its tile says', ': their tiles say')} what is missing.`,
    weeksTitle: 'Failed contact rate, week by week',
    weeksFinding: (first: { day: string; value: string }, last: { day: string; value: string }) =>
      first.day === last.day
        ? `${last.value} in the week of ${last.day}.`
        : `From ${first.value} in the week of ${first.day} to ${last.value} in the week of ${last.day}.`,
    weeksBaseline: (baseline: string) => `Before the pilot: ${baseline}.`,
    before: 'Before',
    targetLine: (target: string) => `Gate 1: ${target}`,
    noWeeks:
      'No week of this period was computed on its own yet; recomputing does that, and then they are drawn here.',
    metrics: 'The seven metrics',
    byWeek: (first: string, last: string) => `by week: ${first} → ${last}`,
    repeatsGrow: 'A longer period catches more repeats, so that weeks and periods cannot be compared.',
    gateZero: {
      go: (passed: string, total: string) => `: closed, ${passed} of ${total} checks pass.`,
      no_go: (passed: string, total: string) =>
        `: not closed, ${passed} of ${total} checks pass. Gate 1 judges the figures, whether the pilot may run or not.`,
    },
    empty: 'Nothing was computed for this period yet',
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
    hint: 'Counts what was recorded for this period, and for each whole week in it.',
    under: (position: string, total: string, window: string) =>
      `Recomputing ${position} of ${total}: ${window}`,
    wait: (seconds: string) => `Only so many recomputes are allowed in a minute; going on in ${seconds}.`,
    done: (n: number, count: string) => `Recomputed ${count} ${one(n, 'period', 'periods')}.`,
    stop: 'Stop',
    stopped: (done: string, total: string) => `Stopped after ${done} of ${total}.`,
    elsewhere: 'What was chosen before is still being recomputed.',
    failed: (done: string, total: string, why: string) => `Stopped after ${done} of ${total}. ${why}`,
  },
};
