import { oneEn as one } from './plural.ts';

/** What the overview says, in English: its two answers, its tiles, Gate 1 and the recompute. */
export const overviewEn = {
  change: {
    better: (distance: string) => `${distance} better`,
    worse: (distance: string) => `${distance} worse`,
    than: (since: string) => `than calculated on ${since}`,
    none: (since: string) => `As calculated on ${since}`,
    first: 'Calculated for the first time',
    nowMeasured: (since: string) => `Was not measured on ${since}`,
    noLonger: (value: string, since: string) => `Was ${value} on ${since}`,
  },

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
};
