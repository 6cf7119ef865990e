import { html, nothing, type TemplateResult } from 'lit-html';
import type { Check, Reference, VerdictAnswer } from '../../../gate-0/verdict/schema.ts';
import { organizationIn } from '../selection.ts';
import { defineView, type ViewTools } from '../tools.ts';
import { badge } from './parts.ts';

const kinds = { pass: 'good', pending: 'warn', fail: 'bad' } as const;

/** Whether the pilot may start, and what is missing. */
export const gateZero = defineView<VerdictAnswer>({
  id: 'gate-0',
  title: 'gateZero',
  ignores: ['organization', 'window'],
  load: ({ context, chosen }) =>
    context.api.get<VerdictAnswer>('/gate-0', { pilot_cycle_id: chosen.pilot_cycle_id }),
  render: ({ verdict, checks, as_of }, tools) => {
    const { messages, formats } = tools;
    const words = messages.gateZero;
    const passed = checks.filter(({ status }) => status === 'pass');
    const missing = checks.filter(({ status }) => status !== 'pass');
    return html`
      <section class="card answer answer-${verdict === 'go' ? 'good' : 'warn'}">
        <h2>${words.question}</h2>
        <p class="verdict">${words[verdict]}</p>
        <p>${words.met(formats.count(passed.length), formats.count(checks.length))} ${words.wholeCycle}</p>
        <p class="hint">${words.asOf(formats.moment(as_of))}</p>
      </section>
      ${list(words.missing, missing, tools)} ${list(words.passed, passed, tools)}
    `;
  },
});

function list(title: string, checks: readonly Check[], tools: ViewTools): TemplateResult | typeof nothing {
  if (checks.length === 0) return nothing;
  return html`<section class="card checks">
    <h2>${title}</h2>
    <ul>${checks.map((check) => item(check, tools))}</ul>
  </section>`;
}

function item(check: Check, tools: ViewTools): TemplateResult {
  const { id, status, reason, references } = check;
  const words = tools.messages.gateZero;
  const said = words.reason(reason);
  return html`<li data-check=${id}>
    <h3>${badge(kinds[status], words.statuses[status])} <span class="metric-id">${id}</span> ${words.check(check)}</h3>
    <p lang=${said.lang}>${said.text}</p>
    ${
      references.length === 0
        ? nothing
        : html`<details>
            <summary>${words.records(references.length, tools.formats.count(references.length))}</summary>
            <ul>${references.map((reference) => html`<li>${sayReference(reference, tools)}</li>`)}</ul>
          </details>`
    }
  </li>`;
}

function sayReference({ kind, id, revision }: Reference, { messages, formats, context }: ViewTools): string {
  const words = messages.gateZero;
  const organization = organizationIn(context.access, id);
  const name = `${words.kinds[kind]} ${organization?.name ?? id}`;
  return revision === null ? name : `${name}, ${words.revision(formats.count(revision))}`;
}
