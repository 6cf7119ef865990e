import pg from 'pg';
import { meaningOfSqlstate, StorageFailure } from '../errors.ts';

/**
 * Turns whatever a call to pg threw into a StorageFailure without its message, detail or parameters.
 * No SQLSTATE means that the connection failed: lost, refused, timed out (spec 9).
 */
export function toStorageFailure(error: unknown): StorageFailure {
  if (error instanceof StorageFailure) return error;
  if (error instanceof pg.DatabaseError) {
    const sqlstate = error.code ?? 'XX000';
    return new StorageFailure(meaningOfSqlstate(sqlstate), {
      sqlstate,
      constraint: nameIn(error.constraint),
      table: nameIn(error.table),
    });
  }
  return new StorageFailure('unavailable');
}

/** A function in the database may raise an error with whatever it likes in these fields; only a plain name is let through. */
function nameIn(field: string | undefined): string | undefined {
  return field !== undefined && /^[a-z_][a-z0-9_]{0,62}$/.test(field) ? field : undefined;
}
