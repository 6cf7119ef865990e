import { html, nothing, type TemplateResult } from 'lit-html';
import type { ScorecardAnswer } from '../../../capabilities/metrics/schema.ts';
import type { VerdictAnswer } from '../../../gate-0/verdict/schema.ts';
import { nullWhenRefused } from '../api.ts';
import { figureIn } from '../metrics.ts';
import { mayRecompute } from '../recompute.ts';
import { recomputeControl } from '../recompute-control.ts';
import { formatFragment } from '../selection.ts';
import { defineView, type ViewTools } from '../tools.ts';
import { loadWeeks } from '../weeks.ts';
import { loadBaseline } from './baseline.ts';
import { loadTotals } from './by-period.ts';
import { sumOf } from './counts.ts';
import { loadScorecard } from './figure.ts';
import { connecting } from './overview-connecting.ts';
import { type Computed, weeksFor } from './overview-data.ts';
import { gateOne } from './overview-gate-1.ts';
import { tiles } from './overview-tiles.ts';
import { trusting } from './overview-trusting.ts';
import { weeksPicture } from './overview-weeks.ts';
import { emptyState } from './parts.ts';

/** The scorecard is null while nothing was computed for the window. */
type OverviewData = Omit<Computed, 'scorecard'> & { scorecard: ScorecardAnswer | null };

/** The first screen: are we connecting more people than before, and can the number be trusted? */
export const overview = defineView<OverviewData>({
  id: 'overview',
  title: 'overview',
  load: async (tools) => {
    const { context, chosen } = tools;
    const { pilot_cycle_id } = chosen;
    const [scorecard, weeks, baseline, attemptsNow, gateZero] = await Promise.all([
      loadScorecard(tools),
      loadWeeks(context),
      loadBaseline(tools).catch(nullWhenRefused()),
      loadTotals(tools).then(({ attempts }) => sumOf(attempts), nullWhenRefused()),
      context.api.get('/gate-0', { pilot_cycle_id }).catch(nullWhenRefused()),
    ]);
    return { scorecard, weeks: weeksFor(context.selection, weeks), baseline, attemptsNow, gateZero };
  },
  render: ({ scorecard, ...others }, tools) => {
    const words = tools.messages.overview;
    if (!scorecard) {
      const hint = mayRecompute(tools.context) ? words.emptyHint : words.emptyReader;
      return emptyState(words.empty, hint, recomputeControl(tools));
    }
    const computed = { ...others, scorecard };
    const { weeks, gateZero } = computed;
    return html`${answers(computed, tools)} ${tiles(scorecard.metrics, weeks, tools)}
      ${gateZero ? gateZeroLine(gateZero, tools) : nothing} ${gateOne(scorecard.gate_1, tools)}`;
  },
});

/** The two questions of the first screen with their answers, and the picture that belongs to the first one. */
function answers(computed: Computed, tools: ViewTools): TemplateResult {
  const rate = figureIn(computed.scorecard.metrics, 'M1');
  if (!rate) return html``;
  return html`<div class="answers">
    ${connecting(rate, computed, tools)} ${trusting(rate, computed, tools)} ${weeksPicture(computed, tools)}
  </div>`;
}

/** Gate 1 judges figures, whether the pilot may run or not; that is for Gate 0 to say, and stands beside it. */
function gateZeroLine({ checks, verdict }: VerdictAnswer, { messages, formats, context }: ViewTools) {
  const words = messages.overview.gateZero;
  const passed = checks.filter(({ status }) => status === 'pass').length;
  return html`<p class="card gate-zero">
    <a href=${formatFragment('gate-0', context.selection)}>${messages.titles.gateZero}</a>${words[verdict](formats.count(passed), formats.count(checks.length))}
  </p>`;
}
