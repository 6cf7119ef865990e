import { html, nothing, type TemplateResult } from 'lit-html';
import type { Breakdown } from '../../../capabilities/breakdown/schema.ts';
import type { Metric } from '../../../capabilities/metrics/schema.ts';
import { bars } from '../charts/bars.ts';
import { figureIn, percentiles } from '../metrics.ts';
import { picture } from '../picture.ts';
import { number } from '../table.ts';
import { defineView, type ViewTools } from '../tools.ts';
import { loadTotals } from './by-period.ts';
import { loadScorecard } from './figure.ts';
import { countedAt, emptyState, qualityBadge } from './parts.ts';

interface TimeData {
  breakdown: Breakdown;
  /** M2 of the scorecard; empty where the window was not computed. */
  figures: Metric[];
}

type Bin = Breakdown['time_to_connection']['bins'][number];

const daySeconds = 86_400;

/** How long it takes to connect, as a distribution. */
export const time = defineView<TimeData>({
  id: 'time',
  title: 'time',
  load: async (tools) => {
    const [breakdown, computed] = await Promise.all([loadTotals(tools), loadScorecard(tools)]);
    const figures = percentiles.flatMap((id) => figureIn(computed?.metrics ?? [], id) ?? []);
    return { breakdown, figures };
  },
  render: ({ breakdown, figures }, tools) => {
    const words = tools.messages.time;
    if (breakdown.time_to_connection.total === 0) return emptyState(words.none, words.noneHint);
    return html`${stats(figures, tools)} ${distribution(breakdown, figures, tools)}`;
  },
});

function stats(figures: readonly Metric[], tools: ViewTools): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.time;
  const [first] = figures;
  if (!first) return html`<p class="hint">${words.noPercentiles}</p>`;
  return html`<section class="card stats">
    <dl>
      ${percentiles.map((id) => {
        const value = figureIn(figures, id)?.value ?? null;
        if (value === null) return nothing;
        return html`<div data-metric=${id}>
          <dt>${messages.percentiles[id]}</dt>
          <dd>${formats.duration(value)}</dd>
          <dd class="hint">${words.percentiles[id](formats.duration(value))}</dd>
        </div>`;
      })}
    </dl>
    <p>${qualityBadge(first, tools)} <span class="hint">${words.percentilesOf(formats.moment(first.calculated_at))}</span></p>
  </section>`;
}

function distribution(breakdown: Breakdown, figures: readonly Metric[], tools: ViewTools): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.time;
  const { bins, total } = breakdown.time_to_connection;
  const within = bins.filter(({ to_seconds }) => to_seconds !== null && to_seconds <= daySeconds);
  const withinDay = within.reduce((sum, { count }) => sum + count, 0);
  const nameOf = (bin: Bin) => nameOfBin(bin, tools);
  return picture(
    {
      title: words.title,
      finding: words.finding(
        withinDay,
        formats.ratio(withinDay / total),
        formats.count(withinDay),
        formats.count(total),
      ),
      notes: [words.unequal, words.without, countedAt(breakdown, tools)],
      size: 'large',
      fileName: 'time-to-connection',
      table: {
        columns: [
          { label: words.taken },
          { label: words.connections, isNumber: true },
          { label: words.share, isNumber: true },
        ],
        rows: bins.map((bin) => [
          { text: nameOf(bin), raw: nameOf(bin) },
          number(bin.count, formats.count),
          number(bin.count / total, formats.ratio),
        ]),
      },
      draw: bars({
        categories: bins.map(nameOf),
        series: [{ label: words.connections, colour: 'connected', values: bins.map(({ count }) => count) }],
        format: formats.count,
        areRows: 'where narrow',
        scale: { kind: 'count', format: formats.count },
        marks: percentiles.flatMap((id) => {
          const value = figureIn(figures, id)?.value ?? null;
          if (value === null) return [];
          return [
            {
              at: placeOf(value, bins),
              label: words.mark(messages.percentiles[id], formats.duration(value)),
              brief: words.marks[id],
            },
          ];
        }),
      }),
    },
    tools,
  );
}

function nameOfBin({ from_seconds, to_seconds }: Bin, { messages, formats }: ViewTools): string {
  const words = messages.time;
  const from = formats.roundDuration(from_seconds);
  if (to_seconds === null) return words.over(from);
  // Both ends in one unit, which is that of times between them.
  const to = formats.roundDuration(to_seconds, from_seconds >= 2 * daySeconds);
  return from_seconds === 0 ? words.under(to) : words.between(from, to);
}

/** Where a time lies on an axis on which all bins are equally wide, counted in bins. */
function placeOf(seconds: number, bins: readonly Bin[]): number {
  const index = bins.findIndex(({ to_seconds }) => to_seconds === null || seconds < to_seconds);
  const bin = bins[index];
  if (!bin) return bins.length;
  if (bin.to_seconds === null) return index + 0.5;
  return index + (seconds - bin.from_seconds) / (bin.to_seconds - bin.from_seconds);
}
