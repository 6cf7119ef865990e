import { z } from 'zod';
import type { SqlValue, Statement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { dataQuality, metricId, metricNote, metricQuality, metricUnit } from '../metric-queries.ts';

/** Where snapshots are kept: those of organisations, and those of whole cycles. */
export const snapshotTables = ['pilot_metric_snapshots', 'pilot_cycle_metric_snapshots'] as const;

/** What is read of every snapshot; numerics as Postgres writes them. */
export const snapshotColumns = {
  metric_id: metricId,
  value: z.string().nullable(),
  unit: metricUnit,
  numerator: z.coerce.number().nullable(),
  denominator: z.coerce.number(),
  note: metricNote.nullable(),
  quality: metricQuality,
  data_quality: dataQuality,
  query_id: z.string(),
  query_version: z.number(),
  calculated_at: z.date(),
};

export function toNumber(value: string | null): number | null {
  return value === null ? null : Number(value);
}

/** The same work on the snapshots of one organisation, whose id comes before the other parameters, and of a whole cycle. */
export interface SnapshotStatements<Row> {
  ofOrganization: Statement<Row>;
  ofCycle: Statement<Row>;
}

/** Runs the one that is meant: an organisation's, or the whole cycle's when it is null. */
export function runFor<Row>(
  transaction: Transaction,
  { ofOrganization, ofCycle }: SnapshotStatements<Row>,
  orgId: string | null,
  values: readonly SqlValue[],
): Promise<Row[]> {
  return orgId === null
    ? transaction.run(ofCycle, values)
    : transaction.run(ofOrganization, [orgId, ...values]);
}
