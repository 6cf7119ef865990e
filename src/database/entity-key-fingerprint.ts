import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { StorageFailure } from '../errors.ts';
import { type Database, nobody } from './database.ts';
import { atStart } from './start-checks.ts';
import { loadStatement } from './statement.ts';

const row = z.object({ fingerprint: z.instanceof(Buffer) });
const readFingerprint = loadStatement(import.meta.url, 'read-entity-key-fingerprint.sql', row);
const insertFingerprint = loadStatement(import.meta.url, 'insert-entity-key-fingerprint.sql', z.unknown());

const options = { userId: nobody, statementTimeoutMs: 1_000 } as const;

/** What Postgres says when the table is not there yet, or not yet ours to read, because a migration is pending. */
const beforeMigration: ReadonlySet<unknown> = new Set(['3F000', '42P01', '42501']);

/** Never what is hashed for an entity: that starts with an organisation's UUID. */
const label = 'fingerprint of the entity key';

/**
 * Refuses a database whose entity hashes were made with another key than `pepper`, as after a restore without the right
 * one. The first start that finds no fingerprint leaves its own. A pending migration is no reason to refuse.
 * @throws Error with one sentence that says so
 */
export async function assertSameEntityKey(database: Database, pepper: string): Promise<void> {
  const fingerprint = createHmac('sha256', pepper).update(label).digest();
  if (await atStart(agrees(database, fingerprint))) return;
  throw new Error(
    'ENTITY_KEY_PEPPER is not the key that this database was written with. Set the one that was kept with its backups.',
  );
}

async function agrees(database: Database, fingerprint: Buffer): Promise<boolean> {
  const read = () =>
    database.transaction({ ...options, mode: 'read' }, (transaction) => transaction.run(readFingerprint));
  const found = await read().catch((error: unknown) => {
    if (error instanceof StorageFailure && beforeMigration.has(error.sqlstate)) return undefined;
    throw error;
  });
  if (!found) return true;
  let [stored] = found;
  if (!stored) {
    // Another replica that starts at this moment may be first; what is stored then decides.
    await database.transaction({ ...options, mode: 'write' }, (transaction) =>
      transaction.run(insertFingerprint, [fingerprint]),
    );
    [stored] = await read();
  }
  return stored?.fingerprint.equals(fingerprint) ?? false;
}
