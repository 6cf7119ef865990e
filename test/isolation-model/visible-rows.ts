import type pg from 'pg';
import { comparable } from './expected.ts';
import type { PilotModel } from './pilot-model.ts';
import { people } from './pool.ts';

type Row = Record<string, unknown>;

const unforeseenOfSnapshots = [
  ...['id', 'recompute_id', 'value', 'unit', 'note', 'quality'],
  ...['data_quality', 'query_id', 'query_version', 'recorded_at'],
];

/** Columns that the model does not foresee, because the service or the set-up fills them in. */
const unforeseen: Readonly<Record<string, readonly string[]>> = {
  app_admins: ['created_at'],
  organization_members: ['created_at'],
  organizations: ['name', 'time_zone', 'created_at'],
  pilot_contact_attempt_events: ['entity_key_hash'],
  pilot_cycles: ['created_at'],
  pilot_integration_feasibility_decisions: ['arrival', 'decision_date'],
  pilot_metric_snapshots: unforeseenOfSnapshots,
  pilot_cycle_metric_snapshots: unforeseenOfSnapshots,
  pilot_service_scope_history: ['id'],
  services: ['name', 'fields_present', 'has_place', 'imported_at'],
};

/** Every table of the schema but the bookkeeping of migrations, which every caller may read. */
export async function tablesOf(superuser: pg.Client): Promise<string[]> {
  const { rows } = await superuser.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables
     WHERE schemaname = 'pilot' AND tablename <> 'schema_migrations' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Plans once for everybody, so that a plan which keeps its first reader is met again by the next. */
export async function prepareReading(app: pg.Client, tables: readonly string[]): Promise<void> {
  const statements = tables.map((table) => `PREPARE read_${table} AS SELECT * FROM pilot.${table}`);
  await app.query(statements.join('; '));
}

/** Where what each person sees through pilot_app differs from what the model says, table by table. */
export async function visibleRowDivergences(
  app: pg.Client,
  tables: readonly string[],
  model: PilotModel,
): Promise<string[]> {
  const divergences: string[] = [];
  for (const [person, userId] of Object.entries(people)) {
    const expected = model.visibleTo(userId);
    const seen = await seenBy(app, userId, tables);
    for (const [index, table] of tables.entries()) {
      const wanted = comparableRows(table, expected.get(table) ?? []);
      const found = comparableRows(table, seen[index] ?? []);
      const missing = wanted.filter((row) => !found.includes(row));
      const surplus = found.filter((row) => !wanted.includes(row));
      if (found.length !== wanted.length || missing.length + surplus.length > 0) {
        const rows = (list: string[]) => list.join(' ') || 'none';
        divergences.push(
          `${person} in ${table}: ${found.length} rows for ${wanted.length}; surplus: ${rows(surplus)}; missing: ${rows(missing)}`,
        );
      }
    }
  }
  return divergences;
}

/** Every row of every table that pilot_app shows to this user, in one trip. */
async function seenBy(app: pg.Client, userId: string, tables: readonly string[]): Promise<Row[][]> {
  const results: unknown = await app.query(
    [
      'BEGIN',
      `SELECT set_config('pilot.user_id', '${userId}', true)`,
      ...tables.map((table) => `EXECUTE read_${table}`),
      'COMMIT',
    ].join('; '),
  );
  if (!Array.isArray(results)) throw new Error('One result for each statement was expected.');
  return results.slice(2, -1).map(({ rows }) => rows);
}

/** The rows in an order of their own, without what the model does not foresee and without what is not there. */
function comparableRows(table: string, rows: readonly Row[]): string[] {
  const dropped = new Set(['service_version', ...(unforeseen[table] ?? [])]);
  return rows
    .map((row) => {
      const kept = Object.entries(row).filter(
        ([name, value]) => !dropped.has(name) && value !== null && value !== undefined,
      );
      return JSON.stringify(comparable(Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)))));
    })
    .sort();
}
