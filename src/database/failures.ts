import pg from 'pg';
import { meaningOfSqlstate, StorageFailure } from '../errors.ts';

/**
 * Turns whatever a call to pg threw into a StorageFailure without its message, detail or parameters.
 * No SQLSTATE means that the connection failed: lost, refused, timed out (spec 9).
 */
export function toStorageFailure(error: unknown): StorageFailure {
  if (error instanceof pg.DatabaseError) {
    const sqlstate = error.code ?? 'XX000';
    return new StorageFailure(meaningOfSqlstate(sqlstate), {
      sqlstate,
      constraint: error.constraint,
      table: error.table,
    });
  }
  return new StorageFailure('unavailable');
}
