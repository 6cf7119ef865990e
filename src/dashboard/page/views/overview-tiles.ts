import { html, nothing, svg, type TemplateResult } from 'lit-html';
import type { Metric } from '../../../capabilities/metrics/schema.ts';
import { type Family, families, figuresOf, isBetter, percentiles } from '../metrics.ts';
import type { ViewTools } from '../tools.ts';
import type { Calculation } from '../weeks.ts';
import { directionOf, qualityBadge } from './parts.ts';

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
  const metric = metrics.find(({ metric_id }) => metric_id === id);
  if (!metric) return nothing;
  const words = messages.metrics[family];
  const { value, unit, numerator, denominator } = metric;
  const said = (of: Metric | undefined) => (of && of.value !== null ? formats.value(of.value, unit) : '–');
  const nameOf = (figure: Metric['metric_id']) => {
    const percentile = percentiles.find((one) => one === figure);
    return percentile ? messages.percentiles[percentile] : figure;
  };
  return html`<li class="card tile" data-metric=${id}>
    <h3><span class="metric-id">${family}</span> ${words.name}</h3>
    <p class="value">${said(metric)} ${sparkline(id, weeks)}</p>
    ${
      value === null
        ? html`<p>${words.nothing}</p>`
        : html`<p>${words.counted(formats.count(numerator ?? 0), formats.count(denominator), denominator)}</p>`
    }
    ${
      value === null || others.length === 0
        ? nothing
        : html`<dl class="others">${others.map(
            (other) => html`<div>
              <dt>${nameOf(other)}</dt>
              <dd>${said(metrics.find(({ metric_id }) => metric_id === other))}</dd>
            </div>`,
          )}</dl>`
    }
    <p class="quality">${qualityBadge(metric, tools)}</p>
    ${change(family, metric, tools)}
    <p class="hint meaning">${words.meaning} ${directionOf(family, tools)}</p>
  </li>`;
}

/** What became of the figure since this window was calculated before; whether that is good is said in words, too. */
function change(
  family: Family,
  { value, unit, previous }: Metric,
  { messages, formats }: ViewTools,
): TemplateResult {
  const words = messages.change;
  const plain = (sentence: string) => html`<p class="change">${sentence}</p>`;
  if (!previous) return plain(words.first);
  const since = formats.moment(previous.calculated_at);
  if (value === null && previous.value === null) return plain(words.none(since));
  if (value === null) return plain(words.noLonger(formats.value(previous.value ?? 0, unit), since));
  if (previous.value === null) return plain(words.nowMeasured(since));
  const verdict = isBetter(family, previous.value, value);
  if (verdict === null) return plain(words.none(since));
  const distance = formats.distance(value - previous.value, unit);
  const arrow = value > previous.value ? '▲' : '▼';
  return html`<p class="change">
    <span class="change-${verdict ? 'better' : 'worse'}"
      ><span aria-hidden="true">${arrow}</span> ${(verdict ? words.better : words.worse)(distance)}</span
    >
    ${words.than(since)}
  </p>`;
}

/** The figure week by week, as an ornament: the trends say the same with numbers. */
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
