import type pg from 'pg';

/** Everything that the service's tables hold, row by row, as text. */
export async function storedState(client: pg.Client): Promise<ReadonlySet<string>> {
  const tables = await client.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'pilot'::regnamespace AND relkind = 'r'",
  );
  const each = tables.rows.map(
    ({ name }) => `SELECT '${name} ' || to_jsonb(r)::text AS row FROM pilot.${name} AS r`,
  );
  const { rows } = await client.query<{ row: string }>(each.join(' UNION ALL '));
  return new Set(rows.map(({ row }) => row));
}

/** The rows that one state has and the other has not: none when nothing was stored, changed or deleted in between. */
export function stateChanges(before: ReadonlySet<string>, after: ReadonlySet<string>): string[] {
  return [...before.symmetricDifference(after)];
}
