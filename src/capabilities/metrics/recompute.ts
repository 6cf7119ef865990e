import { randomUUIDv7 } from 'node:crypto';
import { z } from 'zod';
import { loadStatement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { assertRegistered } from '../references.ts';
import { type MetricQuery, type MetricRow, metricQueries } from './metric-queries.ts';
import type { RecomputeAnswer } from './schema.ts';
import { type Measured, readFigures } from './scorecard.ts';

const planForManyRows = loadStatement(import.meta.url, 'plan-for-many-rows.sql', z.unknown());
const insertSnapshots = loadStatement(
  import.meta.url,
  'insert-snapshots.sql',
  z.object({ metric_id: z.string() }),
);

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
  const rows = await runMetricQueries(transaction, measured, calculatedAt);
  const { cycleId, orgId, start, end } = measured;
  const values = [orgId, randomUUIDv7(), cycleId, start, end, calculatedAt, JSON.stringify(rows)];
  const [written, figures] = await Promise.all([
    transaction.run(insertSnapshots, values),
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

/** All in one round trip; what they send back is a few rows, whatever they read. */
async function runMetricQueries(
  transaction: Transaction,
  { cycleId, orgId, start, end }: Measured,
  calculatedAt: Date,
) {
  const parameters = [cycleId, orgId, start, end, end ?? calculatedAt];
  const [, ...found] = await Promise.all([
    transaction.run(planForManyRows),
    ...metricQueries.map(async (query) => {
      const rows = await transaction.run(query.statement, parameters);
      return rows.map((row) => snapshotOf(row, query));
    }),
  ]);
  return found.flat();
}

function snapshotOf(row: MetricRow, { header }: MetricQuery) {
  const { metric_id, value, numerator, denominator, rows_read, excluded, measure, minimum, meets_minimum } =
    row;
  return {
    id: randomUUIDv7(),
    metric_id,
    value,
    unit: metric_id.startsWith('M2') ? 'seconds' : 'ratio',
    numerator,
    denominator,
    note: value === null ? 'no_qualifying_events' : null,
    quality: rows_read === 0 ? 'no_data' : meets_minimum ? 'ok' : 'below_minimum',
    data_quality: { rows_read, excluded, measure, minimum },
    query_id: header.query_id,
    query_version: header.query_version,
  };
}
