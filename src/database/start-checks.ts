import { z } from 'zod';
import { StorageFailure } from '../errors.ts';
import { type Database, nobody } from './database.ts';
import { compareMigrations } from './migrations.ts';
import { loadStatement } from './statement.ts';

const readRole = loadStatement(
  import.meta.url,
  'read-role.sql',
  z.object({
    role: z.string(),
    is_superuser: z.boolean(),
    bypasses_rls: z.boolean(),
    owns_objects: z.boolean(),
    is_member: z.boolean(),
    unforced_tables: z.array(z.string()),
  }),
);
const readAppliedMigrations = loadStatement(import.meta.url, 'read-applied-migrations.sql', z.unknown());

const options = { userId: nobody, mode: 'read', statementTimeoutMs: 1_000 } as const;

/**
 * Refuses a database that this service must not run on (spec 4.2, 4.4): a role that row-level security would not bind,
 * a table without FORCE, a migration that is unknown or has changed.
 * @throws Error with one sentence that says which
 */
export async function assertSafeToServe(database: Database): Promise<void> {
  const role = await database
    .transaction(options, (transaction) => transaction.one(readRole))
    .catch((error: unknown) => {
      const refused = error instanceof StorageFailure && error.sqlstate?.startsWith('28');
      const why = refused ? 'does not accept the role or its password' : 'cannot be reached';
      throw new Error(`The database in DATABASE_URL ${why}.`, { cause: error });
    });
  const cannotRunAs = (why: string) =>
    new Error(`The service cannot run as the role in DATABASE_URL: it ${why}. Connect as pilot_app instead.`);
  if (role.is_superuser) throw cannotRunAs('is a superuser');
  if (role.bypasses_rls) throw cannotRunAs('has BYPASSRLS');
  if (role.owns_objects) throw cannotRunAs('owns the schema or its tables');
  if (role.is_member) throw cannotRunAs('is a member of another role');
  if (role.unforced_tables.length > 0) {
    throw new Error(
      `Row-level security is not enabled and forced on: ${role.unforced_tables.join(', ')}. Run "npm run pilot -- verify".`,
    );
  }
  for (const { version, state } of await appliedMigrations(database)) {
    if (state === 'unknown')
      throw new Error(`The database has migration ${version}, which this version does not know.`);
    if (state === 'changed') throw new Error(`Migration ${version} differs from the one that was applied.`);
  }
}

/**
 * Whether every migration this service knows has been applied; false also when the bookkeeping is not there. Later ones do
 * not matter to a replica that already runs: migrations are additive (spec 4.4).
 */
export async function isFullyMigrated(database: Database): Promise<boolean> {
  const statuses = await appliedMigrations(database);
  return statuses.every(({ state }) => state === 'applied' || state === 'unknown');
}

async function appliedMigrations(database: Database) {
  if ((await database.missingTable(['schema_migrations'])) !== undefined) return compareMigrations([]);
  const rows = await database.transaction(options, (transaction) => transaction.run(readAppliedMigrations));
  return compareMigrations(rows);
}
