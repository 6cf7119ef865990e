import { html, type TemplateResult } from 'lit-html';
import type { GateOne } from '../../../capabilities/metrics/schema.ts';
import { better, familyOf, unitOf } from '../metrics.ts';
import { type Cell, number, type Table, tableOf, text } from '../table.ts';
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
    ${tableOf(checksTable(gate.checks, tools), words.title)}
  </section>`;
}

function checksTable(checks: GateOne['checks'], tools: ViewTools): Table {
  const words = tools.messages.gateOne;
  return {
    columns: [
      { label: words.check },
      { label: words.result },
      { label: words.measured, isNumber: true },
      { label: words.threshold, isNumber: true },
      { label: words.baseline, isNumber: true },
    ],
    rows: checks.map((check) => checkRow(check, tools)),
    rowIds: checks.map(({ metric_id }) => metric_id),
  };
}

function checkRow(check: GateOne['checks'][number], { messages, formats }: ViewTools): Cell[] {
  const { metric_id, measured, baseline, threshold, pass, reason } = check;
  const words = messages.gateOne;
  const family = familyOf(metric_id);
  const unit = unitOf(family);
  const { name } = messages.metrics[family];
  const say = (value: number) => formats.value(value, unit);
  const limit = better[family] === 'lower' ? words.atMost : words.atLeast;
  const result = pass ? words.pass : words.fail;
  const why = reason === null ? '' : html`<span class="missed">${words.reasons[reason]}</span>`;
  return [
    { ...text(`${family} ${name}`), shown: html`<span class="metric-id">${family}</span> ${name}` },
    { ...text(result), shown: html`${badge(pass ? 'good' : 'bad', result)} ${why}` },
    number(measured, say),
    number(threshold, (value) => limit(say(value))),
    number(baseline, say),
  ];
}
