import { stringify } from 'csv-stringify/sync';
import type { Readiness, ReadinessEntry } from './schema.ts';

/** The columns of the worksheet; the last ones are for the people who do the work. */
const columns: [name: string, read: (entry: ReadinessEntry) => string | number | null][] = [
  ['service_id', ({ service_id }) => service_id],
  ['name', ({ name }) => name],
  ['category', ({ category }) => category],
  ['sla_tier', ({ sla_tier }) => sla_tier],
  ['org_ids', ({ org_ids }) => org_ids.join(' ')],
  ['verification_level', ({ verification_level }) => verification_level],
  ['verified_on', ({ verified_on }) => verified_on],
  ['age_days', ({ age_days }) => age_days],
  ['verification', ({ verification }) => verification],
  ['step', ({ step }) => step],
  ['gaps', ({ gaps }) => gaps.join(' ')],
  ['action', () => null],
  ['follow_up_date', () => null],
  ['reviewer', () => null],
];

/** What makes a spreadsheet calculate, at the start of a cell. */
const formulaStart = '[=+\\-@\\uFF1D\\uFF0B\\uFF0D\\uFF20]';

/** Where a cell would start in a program that separates cells otherwise than by commas, or ends a row inside of quotes. */
const afterSeparator = new RegExp(`([;\\t\\r\\n][\\s"']*)(?=${formulaStart})`, 'g');

/**
 * The report as CSV (RFC 4180, UTF-8), one row per entry in the order of work. What a spreadsheet could take for a formula has
 * an apostrophe in front of it.
 */
export function renderWorksheet({ entries }: Readiness): string {
  return stringify(
    entries.map((entry) => columns.map(([, read]) => read(entry))),
    {
      header: true,
      columns: columns.map(([name]) => name),
      record_delimiter: 'windows',
      quote_record_delimiter: true,
      // It looks at the first character only; what some programs skip may not come before it.
      escape_formulas: true,
      cast: { string: (text) => text.trimStart().replace(afterSeparator, "$1'") },
    },
  );
}
