import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Statement } from '../../database/statement.ts';

/** The metrics in the order in which they are answered (spec 3). */
export const metricIds = ['M1', 'M2_P50', 'M2_P75', 'M2_P90', 'M3', 'M4', 'M5', 'M6', 'M7'] as const;

export const metricId = z.enum(metricIds);

const count = z.coerce.number();
/** A numeric as Postgres writes it, so that nothing is lost on its way into the snapshot. */
const numericText = z.string().nullable();

const metricRow = z.object({
  metric_id: metricId,
  numerator: count.nullable(),
  denominator: count,
  value: numericText,
  rows_read: count,
  excluded: z.record(z.string(), z.number()),
  measure: z.record(z.string(), z.number().nullable()),
  minimum: z.record(z.string(), z.number()),
  meets_minimum: z.boolean().nullable(),
});

export type MetricRow = z.infer<typeof metricRow>;

const header = z.object({
  query_id: z.string(),
  query_version: z.coerce.number().int().positive(),
  owner: z.string(),
  last_updated: z.iso.date(),
  reads: z.string(),
});

/** One saved query of `sql/metrics`: the only place where a metric's formula exists. */
export interface MetricQuery {
  file: string;
  header: z.infer<typeof header>;
  statement: Statement<MetricRow>;
}

const directory = new URL('../../../sql/metrics/', import.meta.url);

/** All saved queries, M1 first. Each takes (pilot_cycle_id, org_id, window_start, window_end, as_of). */
export const metricQueries: readonly MetricQuery[] = readdirSync(directory)
  .filter((file) => file.endsWith('.sql'))
  .sort()
  .map((file) => {
    const text = readFileSync(new URL(file, directory), 'utf8');
    const lines = [...text.matchAll(/^-- (\w+): (.*)$/gm)].map(([, name, value]) => [name, value]);
    const parsed = header.parse(Object.fromEntries(lines));
    const name = `${parsed.query_id}_v${parsed.query_version}`;
    return { file, header: parsed, statement: { name, text, row: metricRow } };
  });
