import { randomUUIDv7 } from 'node:crypto';
import { z } from 'zod';
import { loadStatement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { type Measured, measure } from '../measure.ts';
import { assertRegistered } from '../references.ts';
import type { RecomputeAnswer } from './schema.ts';
import { readFigures } from './scorecard.ts';
import { runFor } from './snapshots.ts';

const writtenRow = z.object({ metric_id: z.string() });
const insertSnapshots = {
  ofOrganization: loadStatement(import.meta.url, 'insert-snapshots.sql', writtenRow),
  ofCycle: loadStatement(import.meta.url, 'insert-cycle-snapshots.sql', writtenRow),
};

/**
 * Runs the saved query of every metric, keeps what they found as snapshots, and reads the scorecard back. All of it sees the
 * one state of the transaction, which has to be REPEATABLE READ (spec 3).
 * @throws Problem `unknown-reference` when the cycle is not registered
 */
export async function recompute(
  transaction: Transaction,
  measured: Measured,
  calculatedAt: Date,
): Promise<RecomputeAnswer> {
  await assertRegistered(transaction, measured.cycleId);
  const found = await measure(transaction, measured, calculatedAt);
  const rows = found.map((metric) => ({ id: randomUUIDv7(), ...metric }));
  const { cycleId, orgId, start, end } = measured;
  const values = [randomUUIDv7(), cycleId, start, end, calculatedAt, JSON.stringify(rows)];
  const [written, figures] = await Promise.all([
    runFor(transaction, insertSnapshots, orgId, values),
    readFigures(transaction, measured, calculatedAt),
  ]);
  if (written.length !== rows.length || !figures) {
    throw new Error('Not all snapshots were written, or those just written cannot be read.');
  }
  return {
    calculated_at: calculatedAt.toISOString(),
    snapshots_written: written.length,
    window: figures.scorecard.window,
    scorecard: figures.scorecard,
    metrics: figures.metrics,
  };
}
