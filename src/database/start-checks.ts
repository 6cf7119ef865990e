import { z } from 'zod';
import { StorageFailure } from '../errors.ts';
import { type Database, nobody } from './database.ts';
import { compareMigrations, type MigrationState } from './migrations.ts';
import { loadStatement } from './statement.ts';

const readRole = loadStatement(
  import.meta.url,
  'read-role.sql',
  z.object({ unsafe_because: z.string().nullable(), unforced_tables: z.array(z.string()) }),
);
const readAppliedMigrations = loadStatement(import.meta.url, 'read-applied-migrations.sql', z.unknown());

const options = { userId: nobody, mode: 'read', statementTimeoutMs: 1_000 } as const;

/** What Postgres says when the table of applied migrations is not there yet, or not yet ours to read. */
const beforeFirstMigration: ReadonlySet<unknown> = new Set(['3F000', '42P01', '42501']);

/** A name that another client gave to a statement already, or that nobody did on this connection. */
const withoutPreparedStatements: ReadonlySet<string> = new Set(['42P05', '26000']);

/**
 * Refuses a database that this service must not run on (spec 4.2, 4.4): a role that row-level security would not bind,
 * a table without FORCE, a migration that is unknown or has changed.
 * @throws Error with one sentence that says which
 */
export async function assertSafeToServe(database: Database): Promise<void> {
  const { role, migrations } = await atStart(readFacts(database));
  if (role.unsafe_because !== null) {
    throw new Error(
      `The service cannot run as the role in DATABASE_URL: it ${role.unsafe_because}. Connect as pilot_app instead.`,
    );
  }
  if (role.unforced_tables.length > 0) {
    throw new Error(
      `Row-level security is not enabled and forced on: ${role.unforced_tables.join(', ')}. Run "npm run pilot -- verify".`,
    );
  }
  for (const { version, state } of migrations) {
    if (state === 'unknown')
      throw new Error(`The database has migration ${version}, which this version does not know.`);
    if (state === 'changed') throw new Error(`Migration ${version} differs from the one that was applied.`);
  }
}

/**
 * How many migrations are in each state; all are pending when the bookkeeping is not there. Those that this service does not
 * know do not matter to a replica that already runs: migrations are additive (spec 4.4).
 */
export async function countMigrations(database: Database): Promise<Record<MigrationState, number>> {
  const counts = { applied: 0, pending: 0, changed: 0, unknown: 0 };
  for (const { state } of await appliedMigrations(database)) counts[state] += 1;
  return counts;
}

/** What is answered at start; a failure to answer becomes one sentence for the operator. @throws Error */
export function atStart<Answer>(answer: Promise<Answer>): Promise<Answer> {
  return answer.catch((error: unknown) => {
    if (!(error instanceof StorageFailure)) throw error;
    const { sqlstate = '' } = error;
    if (withoutPreparedStatements.has(sqlstate)) {
      throw new Error(
        'The pooler in DATABASE_URL does not keep prepared statements. Set DB_PREPARED_STATEMENTS=false.',
        { cause: error },
      );
    }
    const why = sqlstate.startsWith('28') ? 'does not accept the role or its password' : 'cannot be reached';
    throw new Error(`The database in DATABASE_URL ${why}.`, { cause: error });
  });
}

async function readFacts(database: Database) {
  const role = await database.transaction(options, (transaction) => transaction.one(readRole));
  return { role, migrations: await appliedMigrations(database) };
}

async function appliedMigrations(database: Database) {
  const rows = await database
    .transaction(options, (transaction) => transaction.run(readAppliedMigrations))
    .catch((error: unknown) => {
      if (error instanceof StorageFailure && beforeFirstMigration.has(error.sqlstate)) return [];
      throw error;
    });
  return compareMigrations(rows);
}
