import { randomUUIDv7 } from 'node:crypto';
import { z } from 'zod';
import { loadStatement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { measure } from '../measure.ts';
import { type BaselineRun, baselineRun } from './schema.ts';

/** The runs of a cycle. $1: a moment of arrival, NULL for now; $2: the cycle; $3: the id of one run, or NULL for all. */
export const readBaselines = loadStatement(import.meta.url, 'read-baselines.sql', baselineRun);

const readWindow = loadStatement(
  import.meta.url,
  'read-window.sql',
  z.object({
    time_zone: z.string().nullable(),
    has_cycle: z.boolean(),
    window_start: z.date().nullable(),
    window_end: z.date().nullable(),
  }),
);
const insertRun = loadStatement(import.meta.url, 'insert-baseline-run.sql', z.unknown());
const insertMetrics = loadStatement(import.meta.url, 'insert-baseline-metrics.sql', z.unknown());

/** Whose baseline, and over which days of theirs: the first that counts, and the first that no longer does. */
export interface BaselineWindow {
  cycleId: string;
  orgId: string;
  startDate: string;
  endDate: string;
}

/**
 * Runs the saved queries over a window that is over, and keeps what they found (spec 5, G0-2). The transaction is one of
 * pilot_owner, because nobody else may write a baseline, and REPEATABLE READ.
 * @throws Error with one sentence when the cycle or the organisation is not registered, or the window is not over
 */
export async function recordBaseline(
  transaction: Transaction,
  { cycleId, orgId, startDate, endDate }: BaselineWindow,
  calculatedAt: Date,
): Promise<BaselineRun> {
  const found = await transaction.one(readWindow, [orgId, cycleId, startDate, endDate]);
  const { time_zone, has_cycle, window_start: start, window_end: end } = found;
  if (!start || !end) throw new Error('There is no organisation with this id.');
  if (!has_cycle) throw new Error('There is no pilot cycle with this id.');
  if (end > calculatedAt)
    throw new Error('The window of a baseline has to be over, where the organisation is.');
  const metrics = await measure(transaction, { cycleId, orgId, start, end }, calculatedAt);
  const id = randomUUIDv7();
  const run = [orgId, id, cycleId, startDate, endDate, time_zone, start, end, calculatedAt];
  const [, , stored] = await Promise.all([
    transaction.run(insertRun, run),
    transaction.run(insertMetrics, [orgId, id, JSON.stringify(metrics)]),
    transaction.one(readBaselines, [null, cycleId, id]),
  ]);
  return stored;
}

const reproducible = ['value', 'numerator', 'denominator', 'query_id', 'query_version'] as const;

/**
 * Whether the saved queries find now what they found then, to the last digit, and are the same (spec 5, G0-2). An event that
 * arrived since, a state or a scope that changed, or another version of a query says no.
 */
export async function isReproduced(transaction: Transaction, run: BaselineRun): Promise<boolean> {
  const measured = {
    cycleId: run.pilot_cycle_id,
    orgId: run.org_id,
    start: new Date(run.window_start),
    end: new Date(run.window_end),
  };
  const found = await measure(transaction, measured, measured.end);
  return found.every((again) => {
    const stored = run.metrics.find(({ metric_id }) => metric_id === again.metric_id);
    return stored !== undefined && reproducible.every((part) => again[part] === stored[part]);
  });
}
