import { html, nothing, type TemplateResult } from 'lit-html';
import type { Metric } from '../../../capabilities/metrics/schema.ts';
import { better, type Family, type MissedMinimum, missedMinimumsOf } from '../metrics.ts';
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

/** Whether a figure meets its minimum, and where it does not, by how much. */
export function qualityBadge(
  metric: Pick<Metric, 'quality' | 'data_quality'>,
  tools: ViewTools,
): TemplateResult {
  const missed = metric.quality === 'below_minimum' ? missedMinimumsOf(metric) : [];
  return html`${badge(qualityKinds[metric.quality], tools.messages.quality[metric.quality])}
    ${missed.map((minimum) => html`<span class="missed">${sayMissed(minimum, tools)}</span>`)}`;
}

export function sayMissed(missed: MissedMinimum, tools: ViewTools): string {
  const { measure, value, minimum } = sayMinimum(missed, tools);
  return tools.messages.missed(measure, value, minimum);
}

/** The words for a minimum: shares as per cent, numbers of records as they are. */
export function sayMinimum({ measure, value, minimum }: MissedMinimum, { messages, formats }: ViewTools) {
  const format = minimum > 1 ? formats.count : formats.ratio;
  const names: Readonly<Record<string, string>> = messages.measures;
  return {
    measure: names[measure] ?? measure,
    value: value === null ? messages.none : format(value),
    minimum: format(minimum),
  };
}

/** When the events behind a picture were counted, which is not when the figures of the scorecard were calculated. */
export function countedAt({ counted_at }: { counted_at: string }, { messages, formats }: ViewTools): string {
  return messages.byPeriod.counted(formats.moment(counted_at));
}
