import { html } from 'lit-html';
import type { ScorecardAnswer } from '../../../capabilities/metrics/schema.ts';
import { ApiProblem } from '../api.ts';
import { mayRecompute } from '../recompute.ts';
import { recomputeControl } from '../recompute-control.ts';
import { defineView } from '../tools.ts';
import { type Calculation, loadWeeks } from '../weeks.ts';
import { loadTotals } from './by-period.ts';
import { sumOf } from './counts.ts';
import { loadScorecard } from './figure.ts';
import { answers } from './overview-answers.ts';
import { gateOne } from './overview-gate-1.ts';
import { tiles } from './overview-tiles.ts';
import { emptyState } from './parts.ts';

export interface OverviewData {
  /** null while nothing was computed for the window. */
  scorecard: ScorecardAnswer | null;
  weeks: Calculation[];
  /** How many attempts there are now; null when that cannot be said. */
  attemptsNow: number | null;
}

/** The first screen: are we connecting more people than before, and can the number be trusted? */
export const overview = defineView<OverviewData>({
  id: 'overview',
  title: 'overview',
  load: async (tools) => {
    const [scorecard, weeks, attemptsNow] = await Promise.all([
      loadScorecard(tools),
      loadWeeks(tools.context),
      loadTotals(tools).then(({ attempts }) => sumOf(attempts), cannotSay),
    ]);
    return { scorecard, weeks, attemptsNow };
  },
  render: ({ scorecard, weeks, attemptsNow }, tools) => {
    const words = tools.messages.overview;
    if (!scorecard) {
      const hint = mayRecompute(tools.context) ? words.emptyHint : words.emptyReader;
      return emptyState(words.empty, hint, recomputeControl(tools));
    }
    return html`${answers({ scorecard, weeks, attemptsNow }, tools)}
      ${tiles(scorecard.metrics, weeks, tools)} ${gateOne(scorecard.gate_1, tools)}`;
  },
});

/** The scorecard is worth seeing also while what has arrived since cannot be counted. */
function cannotSay(problem: unknown): null {
  if (problem instanceof ApiProblem) return null;
  throw problem;
}
