import type { StoredBaseline } from '../../../capabilities/metrics/baseline/schema.ts';
import type { ScorecardAnswer } from '../../../capabilities/metrics/schema.ts';
import type { VerdictAnswer } from '../../../gate-0/verdict/schema.ts';
import type { Window } from '../selection.ts';
import type { Calculation } from '../weeks.ts';
import { isSameWindow, isWithin } from '../windows.ts';

/** What the overview is drawn from. */
export interface Computed {
  scorecard: ScorecardAnswer;
  /** Those that the picture, the comparison and the lines of the tiles are about. */
  weeks: readonly Calculation[];
  /** Null where there is none that Gate 1 uses, or it cannot be read right now. */
  baseline: StoredBaseline | null;
  /** How many attempts there are now; null when that cannot be said. */
  attemptsNow: number | null;
  /** Null when it cannot be read right now. */
  gateZero: VerdictAnswer | null;
}

/** A good, a neutral or a bad answer, or one to be taken with care. */
export type Verdict = 'good' | 'warn' | 'bad' | 'none';

/** The weeks in a window. Where the window is itself one week, the earlier ones, too, so that there is something to see it beside. */
export function weeksFor(window: Window, weeks: readonly Calculation[]): Calculation[] {
  const within = weeks.filter((week) => isWithin(week.window, window));
  if (!within.some((week) => isSameWindow(week.window, window))) return within;
  return weeks.filter((week) => isWithin(week.window, { start: null, end: window.end }));
}
