import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { loadStatement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { type MetricQuery, type MetricRow, metricQueries } from './metric-queries.ts';
import type { Measured } from './scorecard.ts';

const insertSnapshot = loadStatement(import.meta.url, 'insert-snapshot.sql', z.object({ id: z.string() }));

/**
 * Runs the saved query of every metric and writes its snapshots. All of them see the one state of the transaction, which
 * has to be REPEATABLE READ (spec 3).
 * @returns the number of snapshots written
 */
export async function writeSnapshots(
  transaction: Transaction,
  measured: Measured,
  calculatedAt: Date,
): Promise<number> {
  const { cycleId, orgId, start, end } = measured;
  const recomputeId = uuidv7();
  let written = 0;
  for (const query of metricQueries) {
    const rows = await transaction.run(query.statement, [cycleId, orgId, start, end, end ?? calculatedAt]);
    for (const row of rows) {
      const of = [orgId, uuidv7(), recomputeId, cycleId, row.metric_id, start, end, calculatedAt];
      await transaction.one(insertSnapshot, [...of, ...snapshotValues(row, query)]);
      written += 1;
    }
  }
  return written;
}

function snapshotValues(row: MetricRow, { header }: MetricQuery) {
  const { rows_read, excluded, measure, minimum, meets_minimum } = row;
  const quality = rows_read === 0 ? 'no_data' : meets_minimum ? 'ok' : 'below_minimum';
  return [
    row.value,
    row.metric_id.startsWith('M2') ? 'seconds' : 'ratio',
    row.numerator,
    row.denominator,
    row.value === null ? 'no_qualifying_events' : null,
    quality,
    JSON.stringify({ rows_read, excluded, measure, minimum }),
    header.query_id,
    header.query_version,
  ];
}
