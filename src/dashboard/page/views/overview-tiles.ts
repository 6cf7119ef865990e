import { html, nothing, svg, type TemplateResult } from 'lit-html';
import type { Metric } from '../../../capabilities/metrics/schema.ts';
import { type Family, families, figureIn, figuresOf } from '../metrics.ts';
import type { ViewTools } from '../tools.ts';
import type { Calculation } from '../weeks.ts';
import { directionOf, nameOfFigure, qualityBadge, sayCounted } from './parts.ts';

/** The seven metrics, each with what it counts, how good it is, and what became of it since it was calculated before. */
export function tiles(
  metrics: readonly Metric[],
  weeks: readonly Calculation[],
  tools: ViewTools,
): TemplateResult {
  return html`<section class="tiles" aria-labelledby="tiles-title">
    <h2 id="tiles-title" class="section-head">${tools.messages.overview.metrics}</h2>
    <ul>${families.map((family) => tile(family, metrics, weeks, tools))}</ul>
  </section>`;
}

function tile(
  family: Family,
  metrics: readonly Metric[],
  weeks: readonly Calculation[],
  tools: ViewTools,
): TemplateResult | typeof nothing {
  const { messages, formats } = tools;
  const [id, ...others] = figuresOf[family];
  const metric = figureIn(metrics, id);
  if (!metric) return nothing;
  const words = messages.metrics[family];
  const { value, unit } = metric;
  const notes = [
    words.meaning,
    directionOf(family, tools),
    ...(family === 'M5' && weeks.length > 0 ? [messages.overview.repeatsGrow] : []),
  ];
  return html`<li class="card tile" data-metric=${id}>
    <h3><span class="metric-id">${family}</span> ${words.name}</h3>
    <p class="value">${formats.value(value, unit)} ${sparkline(id, weeks)}</p>
    ${sparklineCaption(id, weeks, tools)}
    <p>${sayCounted(family, metric, tools)}</p>
    ${
      value === null || others.length === 0
        ? nothing
        : html`<dl class="others">${others.map(
            (other) => html`<div>
              <dt>${nameOfFigure(other, tools)}</dt>
              <dd>${formats.value(figureIn(metrics, other)?.value ?? null, unit)}</dd>
            </div>`,
          )}</dl>`
    }
    <p class="quality">${qualityBadge(metric, tools)}</p>
    <p class="change">${change(metric, tools)}</p>
    <p class="hint meaning">${notes.join(' ')}</p>
  </li>`;
}

/** What became of the figure since this window was calculated before: more is known by now, and nothing has become better or worse. */
function change(
  { value, unit, calculated_at, previous }: Metric,
  { messages, formats, chosen }: ViewTools,
): string {
  const words = messages.change;
  if (!previous) return words.first;
  const before = previous.calculated_at;
  const since = formats.momentApartFrom(calculated_at, before);
  if (value === previous.value) return words.none(since);
  if (value === null) return words.noLonger(formats.value(previous.value, unit), since);
  if (previous.value === null) return words.nowMeasured(since);
  const shift = formats.shift(value - previous.value, unit);
  if (shift === null) return words.hardly(since);
  const wasOver = chosen.window_end !== null && Date.parse(chosen.window_end) <= Date.parse(before);
  return (wasOver ? words.late : words.newer)(shift, since);
}

/** The first and the last value of the line. */
function sparklineCaption(
  id: Metric['metric_id'],
  weeks: readonly Calculation[],
  { messages, formats }: ViewTools,
): TemplateResult | typeof nothing {
  const known = weeks.flatMap(({ figures }) => {
    const figure = figures.get(id);
    return figure && figure.value !== null ? [formats.value(figure.value, figure.unit)] : [];
  });
  const [first, last] = [known.at(0), known.at(-1)];
  if (known.length < 2 || first === undefined || last === undefined) return nothing;
  return html`<p class="hint by-week">${messages.overview.byWeek(first, last)}</p>`;
}

/** The figure week by week, as an ornament: the caption and the trends say the same with numbers. */
function sparkline(id: Metric['metric_id'], weeks: readonly Calculation[]): TemplateResult | typeof nothing {
  const values = weeks.map(({ figures }) => figures.get(id)?.value ?? null);
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return nothing;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const x = (index: number) => 3 + (index * 94) / (values.length - 1);
  const y = (value: number) => (most === least ? 15 : 27 - (24 * (value - least)) / (most - least));
  const points = values.flatMap((value, index) => (value === null ? [] : [[x(index), y(value)] as const]));
  const last = points.at(-1);
  return html`<svg class="sparkline" viewBox="0 0 100 30" aria-hidden="true">
    ${svg`<polyline points=${points.map((point) => point.join(',')).join(' ')} />`}
    ${last ? svg`<circle cx=${last[0]} cy=${last[1]} r="3" />` : nothing}
  </svg>`;
}
