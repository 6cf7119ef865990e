import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { RecomputeAnswer } from '../../capabilities/metrics/schema.ts';
import { ApiProblem } from './api.ts';
import { type Span, weeksBetween } from './days.ts';
import { organizationIn } from './selection.ts';
import { sentenceFor } from './shell.ts';
import type { ViewTools } from './tools.ts';
import type { ViewContext } from './view.ts';
import { dayAfter, isSameWindow, startOfDay } from './windows.ts';

/** Whether the caller may recompute what is chosen. */
export function mayRecompute({ access, selection }: ViewContext): boolean {
  if (selection.orgId === null) return access.is_app_admin;
  return organizationIn(access, selection.orgId)?.permissions.includes('canCreateServices') ?? false;
}

/** The button that recomputes the chosen window and each whole week in it; nothing for those who may not. */
export function recomputeControl(tools: ViewTools): TemplateResult | typeof nothing {
  if (!mayRecompute(tools.context)) return nothing;
  const { recompute } = tools.messages;
  return html`<div class="recompute">
    <button type="button" class="primary" @click=${(event: Event) => start(event, tools)}>${recompute.button}</button>
    <p class="hint">${recompute.hint}</p>
    <div class="recompute-progress"></div>
  </div>`;
}

interface Progress {
  done: number;
  total: number;
  words: string;
}

async function start(event: Event, tools: ViewTools): Promise<void> {
  const button = event.currentTarget;
  if (!(button instanceof HTMLButtonElement) || button.ariaDisabled === 'true') return;
  const place = button.parentElement?.querySelector<HTMLElement>('.recompute-progress');
  if (!place) return;
  const show = ({ done, total, words }: Progress) => {
    render(html`<progress max=${total} value=${done} aria-label=${words}></progress><p>${words}</p>`, place);
  };
  // A button that is disabled would lose the focus of whoever pressed it.
  button.ariaDisabled = 'true';
  const { isDone, words } = await recomputeAll(tools, show);
  button.ariaDisabled = null;
  tools.context.announce(words);
  render(isDone ? nothing : html`<p class="fault">${words}</p>`, place);
  if (isDone) tools.context.reload();
}

/** Computes one window after the other: few at a time is what the service allows anyway. */
async function recomputeAll(
  { context, messages: { recompute }, formats, chosen }: ViewTools,
  show: (progress: Progress) => void,
): Promise<{ isDone: boolean; words: string }> {
  const windows = [{ start: chosen.window_start, end: chosen.window_end }, ...weeksOf(context)];
  const total = windows.length;
  for (const [done, { start, end }] of windows.entries()) {
    const words = recompute.under(
      formats.count(done + 1),
      formats.count(total),
      formats.window({ start, end }),
    );
    show({ done, total, words });
    const body = {
      pilot_cycle_id: chosen.pilot_cycle_id,
      ...(chosen.org_id !== null && { org_id: chosen.org_id }),
      ...(start !== null && { window_start: start }),
      ...(end !== null && { window_end: end }),
    };
    try {
      await untilAllowed(
        () => context.api.post<RecomputeAnswer>('/metrics/recompute', body),
        (seconds) => show({ done, total, words: recompute.wait(formats.duration(seconds)) }),
      );
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      const why = recompute.failed(
        formats.count(done),
        formats.count(total),
        sentenceFor(problem, context.selection.language),
      );
      return { isDone: false, words: why };
    }
  }
  return { isDone: true, words: recompute.done(total, formats.count(total)) };
}

/** Asks again when the service has said how long to wait; every other refusal is the answer. */
async function untilAllowed(ask: () => Promise<unknown>, onWait: (seconds: number) => void): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch (problem) {
      const isBusy = problem instanceof ApiProblem && problem.status === 429;
      if (!isBusy || problem.retryAfterSeconds === undefined) throw problem;
      const seconds = problem.retryAfterSeconds;
      onWait(seconds);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }
}

/** The whole weeks of the chosen window that are over, other than the window itself; an open bound is that of the cycle. */
function weeksOf({ selection, access, timeZone }: ViewContext): Span[] {
  const cycle = access.cycles.find(({ pilot_cycle_id }) => pilot_cycle_id === selection.cycleId);
  const start = selection.start ?? (cycle?.starts_on ? startOfDay(cycle.starts_on, timeZone) : null);
  if (start === null) return [];
  const now = new Date().toISOString();
  const end = selection.end ?? (cycle?.ends_on ? startOfDay(dayAfter(cycle.ends_on), timeZone) : now);
  const weeks = weeksBetween(start, Date.parse(end) < Date.parse(now) ? end : now, timeZone);
  return weeks.filter((week) => !isSameWindow(week, selection));
}
