import { z } from 'zod';
import { loadStatement } from '../database/statement.ts';
import type { Transaction } from '../database/tenant-transaction.ts';
import { type MetricQuery, type MetricRow, metricQueries } from './metric-queries.ts';

/** Whose figures (null: of every organisation together), of which cycle and window; a bound that is null is open. */
export interface Measured {
  cycleId: string;
  orgId: string | null;
  start: Date | null;
  end: Date | null;
}

/** Tables that the saved queries read. */
export const measuredTables = [
  'pilot_contact_attempt_events',
  'pilot_connection_events',
  'pilot_referral_events',
  'pilot_service_scope',
  'service_operational_status_events',
  'pilot_data_decay_audits',
  'pilot_preference_fit_events',
] as const;

const planForManyRows = loadStatement(import.meta.url, 'plan-for-many-rows.sql', z.unknown());

/**
 * Runs the saved query of every metric, M1 first (spec 3): all in one round trip; what they send back is a few rows, whatever
 * they read. They see the one state of the transaction, which has to be REPEATABLE READ, and what it runs after them is planned
 * for many rows as well. Every organisation means each that the caller sees, so only somebody who sees all may ask for it.
 */
export async function measure(
  transaction: Transaction,
  { cycleId, orgId, start, end }: Measured,
  calculatedAt: Date,
) {
  const parameters = [cycleId, orgId, start, end, end ?? calculatedAt];
  const [, ...found] = await Promise.all([
    transaction.run(planForManyRows),
    ...metricQueries.map(async (query) => {
      const rows = await transaction.run(query.statement, parameters);
      return rows.map((row) => asStored(row, query));
    }),
  ]);
  return found.flat();
}

/** What is kept of a metric, by the names of the columns. */
function asStored(row: MetricRow, { header }: MetricQuery) {
  const { metric_id, value, numerator, denominator, rows_read, excluded, measure, minimum, meets_minimum } =
    row;
  return {
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
