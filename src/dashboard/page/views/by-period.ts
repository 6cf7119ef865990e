import { html, type TemplateResult } from 'lit-html';
import type { Breakdown, Period } from '../../../capabilities/breakdown/schema.ts';
import type { ScorecardAnswer } from '../../../capabilities/metrics/schema.ts';
import { ApiProblem } from '../api.ts';
import { picture } from '../picture.ts';
import type { ViewTools } from '../tools.ts';
import { type CountedSeries, crossTable, totals } from './cross-table.ts';
import { loadScorecard } from './figure.ts';
import { countedAt, isLong } from './parts.ts';

const choices = ['day', 'week', 'month'] as const satisfies Period[];

/** What the views count by, for as long as the page is open. */
let period: Period = 'week';

export interface BreakdownData {
  breakdown: Breakdown;
  scorecard: ScorecardAnswer | null;
}

/** The events as they are now, and the figures that were last made of them. */
export async function loadBreakdownWithScorecard(tools: ViewTools): Promise<BreakdownData> {
  const [breakdown, scorecard] = await Promise.all([loadBreakdown(tools), loadScorecard(tools)]);
  return { breakdown, scorecard };
}

/** The counts of the chosen window by the chosen period; by longer ones where these would be too many. */
async function loadBreakdown({ context, chosen }: ViewTools): Promise<Breakdown> {
  for (const per of choices.slice(choices.indexOf(period), -1)) {
    try {
      return await context.api.get('/metrics/breakdown', { ...chosen, per });
    } catch (problem) {
      if (!(problem instanceof ApiProblem && problem.status === 400)) throw problem;
    }
  }
  return loadTotals({ context, chosen });
}

/** The counts of the whole window, for those who do not ask when: by the longest periods, of which there are hardly ever too many. */
export function loadTotals({ context, chosen }: Pick<ViewTools, 'context' | 'chosen'>): Promise<Breakdown> {
  return context.api.get('/metrics/breakdown', { ...chosen, per: 'month' });
}

interface ByPeriod {
  title: string;
  finding: string;
  series: readonly CountedSeries[];
  breakdown: Breakdown;
  fileName: string;
}

/** Counts by period, stacked, with the choice of the period. */
export function byPeriod(
  { title, finding, series, breakdown, fileName }: ByPeriod,
  tools: ViewTools,
): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.byPeriod;
  const { per, time_zone, periods } = breakdown;
  return html`<div class="with-choice">
    <div class="period-choice" role="group" aria-label=${words.choice}>
      ${choices.map(
        (one) =>
          html`<button type="button" aria-pressed=${one === per ? 'true' : 'false'} @click=${() => choose(one, tools)}>
            ${words.per[one]}
          </button>`,
      )}
    </div>
    ${picture(
      {
        title,
        finding,
        notes: [time_zone === null ? words.zones : words.zone(time_zone), countedAt(breakdown, tools)],
        fileName,
        ...crossTable(
          {
            of: words.period[per],
            rows: periods.map((day) => ({ text: formats.calendarDate(day), raw: day })),
            labels: periods.map(isLong(periods) ? formats.calendarDate : formats.calendarDay),
            series,
            besides: [totals(words.total, series, tools)],
          },
          tools,
        ),
      },
      tools,
    )}
  </div>`;
}

function choose(chosen: Period, { context }: ViewTools): void {
  if (chosen === period) return;
  period = chosen;
  context.reload();
}
