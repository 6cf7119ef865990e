import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Statement } from '../database/statement.ts';

/** The metrics in the order in which they are answered (spec 3). */
export const metricIds = ['M1', 'M2_P50', 'M2_P75', 'M2_P90', 'M3', 'M4', 'M5', 'M6', 'M7'] as const;

export const metricId = z.enum(metricIds);

export type MetricId = z.infer<typeof metricId>;

/** What a value is, why there is none, and how far it may be believed. */
export const metricUnit = z.enum(['ratio', 'seconds']);
export const metricNote = z.enum(['no_qualifying_events']);
export const metricQuality = z.enum(['ok', 'below_minimum', 'no_data']);

const count = z.coerce.number();
/** A numeric as Postgres writes it, so that nothing is lost on its way into the snapshot. */
const numericText = z.string().nullable();

/** How far a metric may be believed: how many rows were read, how many left out and why, and the minimum that it should meet. */
export const dataQuality = z.strictObject({
  rows_read: z.number(),
  excluded: z.record(z.string(), z.number()),
  measure: z.record(z.string(), z.number().nullable()),
  minimum: z.record(z.string(), z.number()),
});

/** A metric's figure, why there is none, how far it may be believed, and where it comes from. */
export const figureFields = {
  metric_id: metricId,
  value: z.number().nullable(),
  unit: metricUnit,
  numerator: z.number().nullable(),
  denominator: z.number(),
  note: metricNote.nullable(),
  quality: metricQuality,
  data_quality: dataQuality,
  query_id: z.string(),
  query_version: z.number(),
};

const metricRow = z.object({
  ...dataQuality.shape,
  metric_id: metricId,
  numerator: count.nullable(),
  denominator: count,
  value: numericText,
  rows_read: count,
  meets_minimum: z.boolean().nullable(),
});

export type MetricRow = z.infer<typeof metricRow>;

/** What a saved query says about itself: the entry of its metrics in the dictionary, docs/metrics.md. */
const header = z.strictObject({
  query_id: z.string(),
  query_version: z.coerce.number().int().positive(),
  owner: z.string(),
  last_updated: z.iso.date(),
  name: z.string(),
  /** For those who read no SQL. */
  meaning: z.string(),
  formula: z.string(),
  reads: z.string(),
  window: z.string(),
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  excluded: z.string().optional(),
  minimum: z.string(),
  freshness: z.string(),
  limitations: z.string(),
});

/** One saved query of `sql/metrics`: the only place where a metric's formula exists. */
export interface MetricQuery {
  file: string;
  header: z.infer<typeof header>;
  metrics: readonly MetricId[];
  statement: Statement<MetricRow>;
}

const directory = new URL('../../sql/metrics/', import.meta.url);

/** All saved queries, M1 first. Each takes (pilot_cycle_id, org_id or null for all, window_start, window_end, as_of). */
export const metricQueries: readonly MetricQuery[] = readdirSync(directory)
  .filter((file) => file.endsWith('.sql'))
  .sort()
  .map((file) => {
    const text = readFileSync(new URL(file, directory), 'utf8');
    const parsed = readHeader(text);
    const metrics = metricIds.filter((id) => file.startsWith(`${id.slice(0, 2).toLowerCase()}_`));
    const name = `${parsed.query_id}_v${parsed.query_version}`;
    return { file, header: parsed, metrics, statement: { name, text, row: metricRow } };
  });

/** The header is the first comment of a file, up to an empty line of it; a line that is indented continues the one before. */
function readHeader(text: string): MetricQuery['header'] {
  const [comment = ''] = text.split('\n--\n');
  const lines = comment.replaceAll(/\n-- {2,}/g, ' ').matchAll(/^-- (\w+): (.*)$/gm);
  return header.parse(Object.fromEntries([...lines].map(([, name, value]) => [name, value])));
}
