import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import Postgrator from 'postgrator';
import { z } from 'zod';

const migrationPattern = fileURLToPath(new URL('../../migrations/*', import.meta.url));

/** The advisory lock that makes replicas which start together migrate one after the other. */
const migrationLock = 7_415_511;

const appliedRow = z.object({
  version: z.coerce.number(),
  // The columns of the bookkeeping are nullable: somebody may have added a row by hand.
  name: z.string().nullable(),
  md5: z.string().nullable(),
  run_at: z.date().nullable(),
});

/** `changed`: applied, from a file that was another one; `unknown`: applied, and not among those of this version. */
export type MigrationState = 'applied' | 'pending' | 'changed' | 'unknown';

export interface MigrationStatus {
  version: number;
  name: string;
  state: MigrationState;
  applied_at: string | null;
}

interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

function postgrator(client: Queryable): Postgrator {
  return new Postgrator({
    driver: 'pg',
    migrationPattern,
    schemaTable: 'pilot.schema_migrations',
    newline: 'LF',
    execQuery: (query) => client.query(query),
  });
}

interface KnownMigration {
  version: number;
  name: string;
  md5: string;
  sql: string;
}

let known: Promise<KnownMigration[]> | undefined;

/** The migrations this service knows, by version. Read once: readiness asks every second, and a release's files stay. */
export function knownMigrations(): Promise<KnownMigration[]> {
  known ??= readMigrations();
  return known;
}

async function readMigrations(): Promise<KnownMigration[]> {
  const migrations = await postgrator({
    query: () => Promise.reject(new Error('reads files only')),
  }).getMigrations();
  return migrations
    .map((migration) => ({
      version: migration.version,
      name: migration.name,
      md5: migration.md5,
      sql: migration.getSql(),
    }))
    .sort((a, b) => a.version - b.version);
}

/** Compares what the database says was applied with the files, oldest first. */
export async function compareMigrations(appliedRows: readonly unknown[]): Promise<MigrationStatus[]> {
  const applied = new Map(appliedRows.map((row) => appliedRow.parse(row)).map((row) => [row.version, row]));
  const known = await knownMigrations();
  const statuses: MigrationStatus[] = known.map(({ version, name, md5 }) => {
    const row = applied.get(version);
    const state = !row ? 'pending' : row.md5 === md5 ? 'applied' : 'changed';
    return { version, name, state, applied_at: row?.run_at?.toISOString() ?? null };
  });
  for (const row of applied.values()) {
    if (known.some(({ version }) => version === row.version)) continue;
    statuses.push({
      version: row.version,
      name: row.name ?? '(no name)',
      state: 'unknown',
      applied_at: row.run_at?.toISOString() ?? null,
    });
  }
  return statuses.sort((a, b) => a.version - b.version);
}

/** Reads the status of every migration; a database without bookkeeping has all of them pending. */
export async function migrationStatus(client: pg.Client): Promise<MigrationStatus[]> {
  const table = await client.query("SELECT to_regclass('pilot.schema_migrations') IS NOT NULL AS there");
  if (!table.rows[0]?.there) return compareMigrations([]);
  const applied = await client.query('SELECT version, name, md5, run_at FROM pilot.schema_migrations');
  return compareMigrations(applied.rows);
}

/**
 * Applies every pending migration as `pilot_owner`, each in one transaction with its bookkeeping, so that nothing is
 * ever half-applied. Waits for another migrating process (spec 4.4).
 * @returns the versions applied now
 * @throws Error when an applied file has changed, or a migration fails
 */
export async function migrate(
  client: pg.Client,
  onApplied: (name: string) => void = () => undefined,
): Promise<number[]> {
  return underMigrationLock(client, async () => {
    await makeBookkeeping(client);
    const applied: number[] = [];
    const statuses = await migrationStatus(client);
    const highest = Math.max(
      0,
      ...statuses.filter(({ state }) => state === 'applied').map(({ version }) => version),
    );
    for (const { version, name, state } of statuses) {
      if (state === 'changed')
        throw new Error(`Migration ${version} (${name}) was changed after it was applied.`);
      if (state === 'unknown')
        throw new Error(`The database has migration ${version}, which this version does not know.`);
      if (state !== 'pending') continue;
      if (version < highest) {
        throw new Error(
          `Migration ${version} (${name}) is pending below ${highest}, which is applied already; give it a later number.`,
        );
      }
      await inTransaction(client, () => postgrator(client).migrate(String(version)));
      applied.push(version);
      onApplied(name);
    }
    return applied;
  });
}

/**
 * Records a migration that was run by hand, after checking that every object it creates exists (spec 4.4).
 * @throws Error naming the first object that is missing, or when it is not the next migration
 */
export async function markApplied(client: pg.Client, version: number): Promise<void> {
  await underMigrationLock(client, async () => {
    await makeBookkeeping(client);
    const next = (await migrationStatus(client)).find(({ state }) => state === 'pending');
    if (next?.version !== version) {
      throw new Error(
        `Only the next pending migration can be marked as applied${next ? `: ${next.version}` : ', and none is pending'}.`,
      );
    }
    const migration = (await knownMigrations()).find((known) => known.version === version);
    if (!migration) throw new Error(`There is no migration ${version}.`);
    for (const { kind, name, exists } of createdObjects(migration.sql)) {
      const { rows } = await client.query(exists, [name]);
      if (!rows[0]?.there)
        throw new Error(`The ${kind} ${name} does not exist; migration ${version} was not run.`);
    }
    await client.query(
      'INSERT INTO pilot.schema_migrations (version, name, md5, run_at) VALUES ($1, $2, $3, now())',
      [version, migration.name, migration.md5],
    );
  });
}

const existence: Readonly<Record<string, string>> = {
  TABLE: 'SELECT to_regclass($1) IS NOT NULL AS there',
  INDEX: "SELECT to_regclass('pilot.' || $1) IS NOT NULL AS there",
  DOMAIN: 'SELECT to_regtype($1) IS NOT NULL AS there',
  FUNCTION: 'SELECT to_regproc($1) IS NOT NULL AS there',
};

function* createdObjects(sql: string): Generator<{ kind: string; name: string; exists: string }> {
  for (const [, kind = '', name = ''] of sql.matchAll(
    /^CREATE (TABLE|INDEX|DOMAIN|FUNCTION) ([a-z0-9_.]+)/gm,
  )) {
    const exists = existence[kind];
    if (exists) yield { kind: kind.toLowerCase(), name, exists };
  }
  for (const [, policy = '', table = ''] of sql.matchAll(/^CREATE POLICY (\w+) ON pilot\.(\w+)/gm)) {
    yield {
      kind: 'policy',
      name: `${policy} on ${table}`,
      exists: `SELECT EXISTS (
        SELECT FROM pg_policies WHERE schemaname = 'pilot' AND policyname || ' on ' || tablename = $1
      ) AS there`,
    };
  }
  for (const [, table = '', changes = ''] of sql.matchAll(/^ALTER TABLE pilot\.(\w+)([^;]*);/gm)) {
    for (const [, column = ''] of changes.matchAll(/^ +ADD COLUMN (\w+)/gm)) {
      yield {
        kind: 'column',
        name: `${table}.${column}`,
        exists: `SELECT EXISTS (
          SELECT FROM pg_attribute
          WHERE attrelid = to_regclass('pilot.' || split_part($1, '.', 1)) AND attname = split_part($1, '.', 2)
        ) AS there`,
      };
    }
  }
}

async function underMigrationLock<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
  try {
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
  }
}

async function inTransaction(client: pg.Client, work: () => Promise<unknown>): Promise<void> {
  await client.query('BEGIN');
  try {
    await work();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** The library would make this table too, but only with a right to create schemas, which pilot_owner may not have. */
async function makeBookkeeping(client: pg.Client): Promise<void> {
  await client.query("SET timezone = 'UTC'");
  const schema = await client.query("SELECT to_regnamespace('pilot') IS NOT NULL AS there");
  if (!schema.rows[0]?.there) await client.query('CREATE SCHEMA pilot');
  await client.query(`CREATE TABLE IF NOT EXISTS pilot.schema_migrations (
    version bigint PRIMARY KEY, name text, md5 text, run_at timestamptz
  )`);
}
