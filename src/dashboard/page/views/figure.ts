import { html, type TemplateResult } from 'lit-html';
import type { ScorecardAnswer } from '../../../capabilities/metrics/schema.ts';
import { nullWhenRefused } from '../api.ts';
import { type Family, figureIn, figuresOf } from '../metrics.ts';
import type { ViewTools } from '../tools.ts';
import { qualityBadge, sayCounted } from './parts.ts';

/** The scorecard of the chosen window; null where nothing was computed for it yet. */
export function loadScorecard({ context, chosen }: ViewTools): Promise<ScorecardAnswer | null> {
  return context.api.getKept('/metrics/scorecard', chosen).catch(nullWhenRefused('not-found'));
}

/** The metric that a view is about, as it was last calculated, above the events of now. */
export function figure(family: Family, scorecard: ScorecardAnswer | null, tools: ViewTools): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.metrics[family];
  const [id] = figuresOf[family];
  const metric = figureIn(scorecard?.metrics ?? [], id);
  return html`<section class="card figure" data-metric=${id}>
    <h2><span class="metric-id">${family}</span> ${words.name}</h2>
    ${
      metric
        ? html`<p class="value">${formats.value(metric.value, metric.unit)}</p>
            <p>${sayCounted(family, metric, tools)}</p>
            <p class="quality">${qualityBadge(metric, tools)}</p>
            <p class="hint">${messages.calculated(formats.moment(metric.calculated_at))}</p>`
        : html`<p class="hint">${messages.notComputed}</p>`
    }
    <p class="hint meaning">${words.meaning}</p>
  </section>`;
}
