import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';

export type SqlValue = string | number | boolean | Date | Buffer | null | readonly (string | null)[];

/** One SQL file and the shape of the rows it returns. The name doubles as the prepared statement's name. */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  readonly row: z.ZodType<Row>;
}

/**
 * Reads the statement in `file`, a path relative to the module at `moduleUrl` (pass `import.meta.url`).
 * Rows are parsed by `row`, so that a column that changes its type is an error here and not somewhere later.
 */
export function loadStatement<Row>(moduleUrl: string, file: string, row: z.ZodType<Row>): Statement<Row> {
  const path = fileURLToPath(new URL(file, moduleUrl));
  return { name: basename(path, '.sql'), text: readFileSync(path, 'utf8'), row };
}

/**
 * The same statement for one of the tables that it is good for; the file calls it `pilot.any_table`. A name cannot be a
 * parameter: it comes from a list in the code, and never from outside.
 */
export function forTable<Row>(statement: Statement<Row>, table: string): Statement<Row> {
  if (!/^[a-z][a-z0-9_]*$/.test(table)) throw new Error('A table has a plain name.');
  return {
    ...statement,
    name: `${statement.name}-${table}`,
    text: statement.text.replaceAll('pilot.any_table', `pilot.${table}`),
  };
}
