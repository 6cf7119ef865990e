import { html, type TemplateResult } from 'lit-html';
import type { GateOne } from '../../../capabilities/metrics/schema.ts';
import { better, familyOf, unitOf } from '../metrics.ts';
import type { ViewTools } from '../tools.ts';
import { badge } from './parts.ts';

/** Gate 1 against its thresholds, or why it was not judged. */
export function gateOne(gate: GateOne | null, tools: ViewTools): TemplateResult {
  const { messages, formats, context } = tools;
  const words = messages.gateOne;
  const title = html`<h2>${words.title} <span class="hint">${words.subtitle}</span></h2>`;
  if (!gate) {
    const why = context.selection.orgId === null ? words.notJudgedCycle : words.notJudged;
    return html`<section class="card gate">${title}<p>${why}</p></section>`;
  }
  const met = gate.checks.filter(({ pass }) => pass).length;
  const kind = { proceed: 'good', iterate_one_more_cycle: 'warn', kill_weakest_and_rerun: 'bad' } as const;
  return html`<section class="card gate">
    ${title}
    <p class="decision">
      ${badge(kind[gate.decision], words.decisions[gate.decision])}
      ${words.met(formats.count(met), formats.count(gate.checks.length))} ${words.stored}
    </p>
    <div class="scrolls" role="region" aria-label=${words.title} tabindex="0">
      <table>
        <thead><tr>
          <th scope="col">${words.check}</th>
          <th scope="col">${words.result}</th>
          <th scope="col" class="number">${words.measured}</th>
          <th scope="col" class="number">${words.threshold}</th>
          <th scope="col" class="number">${words.baseline}</th>
        </tr></thead>
        <tbody>${gate.checks.map((check) => checkRow(check, tools))}</tbody>
      </table>
    </div>
  </section>`;
}

function checkRow(check: GateOne['checks'][number], { messages, formats }: ViewTools): TemplateResult {
  const { metric_id, measured, baseline, threshold, pass, reason } = check;
  const words = messages.gateOne;
  const family = familyOf(metric_id);
  const unit = unitOf(family);
  const say = (value: number | null) => (value === null ? '–' : formats.value(value, unit));
  const limit = better[family] === 'lower' ? words.atMost : words.atLeast;
  return html`<tr data-check=${metric_id}>
    <th scope="row"><span class="metric-id">${family}</span> ${messages.metrics[family].name}</th>
    <td>${badge(pass ? 'good' : 'bad', pass ? words.pass : words.fail)}
      ${reason === null ? '' : html`<span class="missed">${words.reasons[reason]}</span>`}</td>
    <td class="number">${say(measured)}</td>
    <td class="number">${limit(formats.value(threshold, unit))}</td>
    <td class="number">${say(baseline)}</td>
  </tr>`;
}
