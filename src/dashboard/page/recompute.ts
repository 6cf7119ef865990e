import type { RecomputeAnswer } from '../../capabilities/metrics/schema.ts';
import { type Api, ApiProblem } from './api.ts';
import { monthAfter, weeksBetween } from './days.ts';
import { organizationIn, type Window } from './selection.ts';
import type { RecomputeProgress, Recomputing, Selection, ViewContext } from './view.ts';
import { mostWeeks } from './weeks.ts';
import { dayAfter, isSameWindow, startOfDay } from './windows.ts';

/** Whether the caller may recompute what is chosen. */
export function mayRecompute({ access, selection }: ViewContext): boolean {
  if (selection.orgId === null) return access.is_app_admin;
  return organizationIn(access, selection.orgId)?.permissions.includes('canCreateServices') ?? false;
}

/**
 * Recomputes the chosen window and each whole week in it, one after the other, whatever is looked at meanwhile. It belongs to
 * whoever began it: when they leave, it ends.
 */
export class Recompute implements Recomputing {
  readonly #api: Api;
  readonly #onDone: (selection: Selection) => void;
  readonly #listeners = new Set<() => void>();
  #progress: RecomputeProgress | undefined;
  #run: AbortController | undefined;

  constructor(api: Api, onDone: (selection: Selection) => void) {
    this.#api = api;
    this.#onDone = onDone;
  }

  get progress(): RecomputeProgress | undefined {
    return this.#progress;
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#run?.abort();
    if (this.#progress?.phase === 'running') this.#tell({ ...this.#progress, phase: 'stopped' });
  }

  /** Ends it, and forgets that it was. */
  forget(): void {
    this.#run?.abort();
    this.#tell(undefined);
  }

  async start(context: ViewContext): Promise<void> {
    if (this.#progress?.phase === 'running') return;
    const run = new AbortController();
    this.#run = run;
    const { selection } = context;
    let progress: RecomputeProgress = {
      selection,
      phase: 'running',
      done: 0,
      total: 1,
      window: selection,
      waitSeconds: null,
    };
    const tell = (change: Partial<RecomputeProgress>) => {
      progress = { ...progress, ...change };
      if (!run.signal.aborted) this.#tell(progress);
    };
    tell({});
    try {
      const windows = [selection, ...(await this.#weeksOf(context))];
      for (const [done, window] of windows.entries()) {
        tell({ done, total: windows.length, window, waitSeconds: null });
        await this.#untilAllowed(
          () => this.#compute(selection, window),
          (waitSeconds) => tell({ waitSeconds }),
          run.signal,
        );
        if (run.signal.aborted) return;
      }
      tell({ phase: 'done', done: windows.length });
      this.#onDone(selection);
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      // Whoever has to sign in again is told so by the page.
      if (problem.status !== 401) tell({ phase: 'failed', problem });
      else if (this.#run === run) this.forget();
    }
  }

  #tell(progress: RecomputeProgress | undefined): void {
    this.#progress = progress;
    for (const listener of this.#listeners) listener();
  }

  #compute({ cycleId, orgId }: Selection, { start, end }: Window): Promise<RecomputeAnswer> {
    return this.#api.post('/metrics/recompute', {
      pilot_cycle_id: cycleId,
      ...(orgId !== null && { org_id: orgId }),
      ...(start !== null && { window_start: start }),
      ...(end !== null && { window_end: end }),
    });
  }

  /** Asks again when the service has said how long to wait; every other refusal is the answer. */
  async #untilAllowed(
    ask: () => Promise<unknown>,
    onWait: (seconds: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        await ask();
        return;
      } catch (problem) {
        const isBusy = problem instanceof ApiProblem && problem.status === 429;
        if (!isBusy || problem.retryAfterSeconds === undefined) throw problem;
        onWait(problem.retryAfterSeconds);
        await pause(problem.retryAfterSeconds, signal);
      }
    }
  }

  /** The latest whole weeks of the chosen window that are over, other than the window itself. */
  async #weeksOf({ selection, access, timeZone }: ViewContext): Promise<Window[]> {
    const cycle = access.cycles.find(({ pilot_cycle_id }) => pilot_cycle_id === selection.cycleId);
    const [starts, ends] = [cycle?.starts_on, cycle?.ends_on && dayAfter(cycle.ends_on)];
    const isUnbounded = (selection.start === null && !starts) || (selection.end === null && !ends);
    const months = isUnbounded ? await this.#monthsOf(selection) : undefined;
    const startOf = (day: string | null | undefined) => (day ? startOfDay(day, timeZone) : undefined);
    const start = selection.start ?? startOf(starts ?? months?.first);
    const end = selection.end ?? startOf(ends ?? months?.end);
    if (start === undefined || end === undefined) return [];
    const now = new Date().toISOString();
    const weeks = weeksBetween(start, Date.parse(end) < Date.parse(now) ? end : now, timeZone);
    return weeks.filter((week) => !isSameWindow(week, selection)).slice(-mostWeeks);
  }

  /** The months in which something happened, for a cycle that has no dates: the first day, and the day after the last. */
  async #monthsOf({ cycleId, orgId, start, end }: Selection) {
    const { periods } = await this.#api.get('/metrics/breakdown', {
      pilot_cycle_id: cycleId,
      org_id: orgId,
      window_start: start,
      window_end: end,
      per: 'month',
    });
    const [first, last] = [periods.at(0), periods.at(-1)];
    return first && last ? { first, end: monthAfter(last) } : undefined;
  }
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
