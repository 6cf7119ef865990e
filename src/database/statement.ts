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
