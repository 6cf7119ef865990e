import { html, nothing, type TemplateResult } from 'lit-html';
import type { Metric } from '../../../capabilities/metrics/schema.ts';
import type { ValueScale } from '../charts/axes.ts';
import {
  better,
  type Family,
  familyOf,
  isMissed,
  type Minimum,
  minimumsOf,
  percentileOf,
} from '../metrics.ts';
import type { ViewTools } from '../tools.ts';

/** What stands where there is nothing to show, and what would change that. */
export function emptyState(title: string, hint: string, more: unknown = nothing): TemplateResult {
  return html`<section class="card empty"><h2>${title}</h2><p>${hint}</p>${more}</section>`;
}

/** A state in words, with a sign and a colour that say the same. */
export function badge(kind: 'good' | 'warn' | 'bad' | 'none', words: string): TemplateResult {
  return html`<span class="badge badge-${kind}">${words}</span>`;
}

/** Which direction is good, in words. */
export function directionOf(family: Family, { messages }: ViewTools): string {
  return better[family] === 'lower' ? messages.lowerIsBetter : messages.higherIsBetter;
}

const qualityKinds = { ok: 'good', below_minimum: 'warn', no_data: 'none' } as const;

/** Whether the data of a figure are complete enough, and where they are not, what is missing. */
export function qualityBadge(
  metric: Pick<Metric, 'quality' | 'data_quality'>,
  tools: ViewTools,
): TemplateResult {
  const missed = metric.quality === 'below_minimum' ? minimumsOf(metric).filter(isMissed) : [];
  return html`${badge(qualityKinds[metric.quality], tools.messages.quality[metric.quality])}
    ${missed.map((minimum) => html`<span class="missed">${sayMinimum(minimum, tools)}</span>`)}`;
}

/** A sentence, without its stop: shares as per cent, numbers of records as they are. */
export function sayMinimum(
  { measure, value, minimum }: Minimum,
  { messages: { measures }, formats }: ViewTools,
): string {
  const format = minimum > 1 ? formats.count : formats.ratio;
  const isKnown = (name: string): name is keyof typeof measures => name in measures;
  return isKnown(measure) ? measures[measure](format(value), format(minimum), value) : measure;
}

/** What a figure counts, in words; why there is none, where there is none. */
export function sayCounted(
  family: Family,
  { value, numerator, denominator }: Pick<Metric, 'value' | 'numerator' | 'denominator'>,
  { messages, formats }: ViewTools,
): string {
  const all = formats.count(denominator);
  if (value === null) return messages.metrics[family].nothing;
  if (family === 'M2') return messages.metrics.M2.counted(denominator, all);
  // Every other metric is a share, and has a numerator where it has a value.
  return numerator === null ? '' : messages.metrics[family].counted(numerator, formats.count(numerator), all);
}

/** What a figure is called beside its siblings; the metric's own name where it has none. */
export function nameOfFigure(id: Metric['metric_id'], { messages }: ViewTools): string {
  const percentile = percentileOf(id);
  return percentile ? messages.percentiles[percentile] : messages.metrics[familyOf(id)].name;
}

/** The axis of values of one unit, of which the last one is the highest that is drawn. */
export function scaleOf(
  unit: Metric['unit'],
  values: readonly (number | null)[],
  { formats }: ViewTools,
): ValueScale {
  const longest = Math.max(0, ...values.map((value) => value ?? 0));
  return {
    kind: unit,
    format: unit === 'ratio' ? formats.ratioStep : (step) => formats.durationStep(step, longest),
  };
}

/** Whether days and months alone would not tell moments apart: they span more than a year. */
export function isLong(moments: readonly string[]): boolean {
  const [first = '', last = ''] = [moments.at(0), moments.at(-1)];
  return Date.parse(last) - Date.parse(first) >= 364 * 86_400_000;
}

/** When the events behind a picture were counted, which is not when the figures of the scorecard were calculated. */
export function countedAt({ counted_at }: { counted_at: string }, { messages, formats }: ViewTools): string {
  return messages.byPeriod.counted(formats.moment(counted_at));
}
