import type pg from 'pg';
import { z } from 'zod';
import { loadStatement } from '../database/statement.ts';
import type { Directory } from './read-directory.ts';

export interface ImportResult {
  added: number;
  updated: number;
  unchanged: number;
  /** The ids that are in the mirror but not in the file. They stay: events refer to them. */
  absent: string[];
}

const batchSize = 1_000;

const storeServices = loadStatement(
  import.meta.url,
  'store-services.sql',
  z.object({ added: z.number(), updated: z.number() }),
);
const readAbsent = loadStatement(import.meta.url, 'read-absent-services.sql', z.object({ id: z.string() }));

/**
 * Brings the mirror up to date as `pilot_owner`: all of the directory or, on a failure, nothing of it. Importing the same
 * again changes nothing.
 */
export async function importDirectory(
  client: pg.Client,
  directory: Directory,
  onProgress: (done: number) => void = () => undefined,
): Promise<ImportResult> {
  const { services, ids } = directory;
  let added = 0;
  let updated = 0;
  await client.query('BEGIN');
  try {
    // Imports go one after the other; the foreign keys of arriving events do not wait for this lock.
    await client.query('LOCK TABLE pilot.services IN SHARE ROW EXCLUSIVE MODE');
    for (let start = 0; start < services.length; start += batchSize) {
      const batch = services.slice(start, start + batchSize);
      const { rows } = await client.query(storeServices.text, [JSON.stringify(batch)]);
      const [counts] = z.tuple([storeServices.row]).parse(rows);
      added += counts.added;
      updated += counts.updated;
      onProgress(start + batch.length);
    }
    const { rows } = await client.query(readAbsent.text, [[...ids]]);
    const absent = rows.map((row) => readAbsent.row.parse(row).id);
    await client.query('COMMIT');
    return { added, updated, unchanged: services.length - added - updated, absent };
  } catch (error) {
    // On a lost connection there is nothing to roll back, and the first error is the one to tell.
    await Promise.allSettled([client.query('ROLLBACK')]);
    throw error;
  }
}
