import { html, nothing, type TemplateResult } from 'lit-html';
import type { StoredBaseline } from '../../../capabilities/metrics/baseline/schema.ts';
import type { Check, Reference, VerdictAnswer } from '../../../gate-0/verdict/schema.ts';
import { nullWhenRefused } from '../api.ts';
import { organizationIn } from '../selection.ts';
import { defineView, type ViewTools } from '../tools.ts';
import { loadBaseline } from './baseline.ts';
import { badge } from './parts.ts';

interface GateZeroData {
  answer: VerdictAnswer;
  /** That of the chosen organisation, by which its reference is named; null where there is none, or it cannot be read. */
  baseline: StoredBaseline | null;
}

const kinds = { pass: 'good', pending: 'warn', overdue: 'bad', fail: 'bad' } as const;

/** Whether the pilot may start, and what is missing. */
export const gateZero = defineView<GateZeroData>({
  id: 'gate-0',
  title: 'gateZero',
  ignores: ['organization', 'window'],
  load: async (tools) => {
    const { context, chosen } = tools;
    const [answer, baseline] = await Promise.all([
      context.api.get('/gate-0', { pilot_cycle_id: chosen.pilot_cycle_id }),
      loadBaseline(tools).catch(nullWhenRefused()),
    ]);
    return { answer, baseline };
  },
  render: ({ answer: { verdict, checks, as_of }, baseline }, tools) => {
    const { messages, formats } = tools;
    const words = messages.gateZero;
    const passed = checks.filter(({ status }) => status === 'pass');
    const missing = checks.filter(({ status }) => status !== 'pass');
    const list = (title: string, of: readonly Check[]) => checkList(title, of, baseline, tools);
    return html`
      <section class="card answer answer-${verdict === 'go' ? 'good' : 'warn'}">
        <h2>${words.question}</h2>
        <p class="verdict">${words[verdict]}</p>
        <p>${words.met(passed.length, formats.count(passed.length), formats.count(checks.length))} ${words.wholeCycle}</p>
        <p class="hint">${words.asOf(formats.moment(as_of))}</p>
      </section>
      ${list(words.missing, missing)} ${list(words.passed, passed)}
    `;
  },
});

function checkList(
  title: string,
  checks: readonly Check[],
  baseline: StoredBaseline | null,
  tools: ViewTools,
): TemplateResult | typeof nothing {
  if (checks.length === 0) return nothing;
  return html`<section class="card checks">
    <h2>${title}</h2>
    <ul>${checks.map((check) => item(check, baseline, tools))}</ul>
  </section>`;
}

function item(check: Check, baseline: StoredBaseline | null, tools: ViewTools): TemplateResult {
  const { id, reason, references } = check;
  const { messages, formats } = tools;
  const words = messages.gateZero;
  const status = statusOf(check);
  const said = words.reason(reason);
  return html`<li data-check=${id}>
    <h3>${badge(kinds[status], words.statuses[status])} <span class="metric-id">${id}</span> ${words.check(check)}</h3>
    <p lang=${said.lang}>${said.text.replaceAll(/\b\d{4}-\d\d-\d\d\b/g, formats.calendarDate)}</p>
    ${
      references.length === 0
        ? nothing
        : html`<details>
            <summary>${words.records(references.length, formats.count(references.length))}</summary>
            <ul>${references.map((reference) => html`<li>${sayReference(reference, baseline, tools)}</li>`)}</ul>
          </details>`
    }
  </li>`;
}

/** A check that fails only because its day has passed can still be met; the service says that in its reason. */
function statusOf({ status, reason }: Check): keyof typeof kinds {
  return status === 'fail' && / was due on \d/.test(reason) ? 'overdue' : status;
}

function sayReference(
  { kind, id, revision }: Reference,
  baseline: StoredBaseline | null,
  tools: ViewTools,
): string {
  const { messages, formats } = tools;
  const words = messages.gateZero;
  const name = nameOf(kind, id, baseline, tools);
  return revision === null ? name : `${name}, ${words.revision(formats.count(revision))}`;
}

/** A key that only the service reads says nothing to people. */
function nameOf(
  kind: Reference['kind'],
  id: string,
  baseline: StoredBaseline | null,
  { messages, formats, context }: ViewTools,
): string {
  const words = messages.gateZero;
  if (kind === 'baseline') {
    if (baseline === null || id !== baseline.run_id) return words.kinds.baseline;
    const { start_date, end_date } = baseline;
    return words.baselineOf(formats.calendarDays(start_date, end_date, 'with its year'));
  }
  const organization = organizationIn(context.access, id);
  if (!organization && /^[\da-f]{8}-[\da-f]{4}-/.test(id)) return words.anotherOrganization;
  return `${words.kinds[kind]} ${organization?.name ?? id}`;
}
