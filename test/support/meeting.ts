import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import type { Answer, TestService } from './service.ts';

export interface MeetingOptions {
  /** What they are held back by: writes by SHARE, reads as well by ACCESS EXCLUSIVE. */
  lock?: 'SHARE' | 'ACCESS EXCLUSIVE';
  /** Runs while they are held back, in the transaction that holds them. */
  meanwhile?: (client: pg.Client) => Promise<unknown>;
}

/**
 * Holds back what is written to a table until so many transactions of these sends have come that far, so that they are sure
 * to meet. Reading goes on, and so does locking a row.
 */
export function meeting(
  { asSuperuser }: TestService,
  table: string | undefined,
  transactions: number,
  send: () => Promise<Answer[]>,
  { lock = 'SHARE', meanwhile }: MeetingOptions = {},
): Promise<Answer[]> {
  return asSuperuser(async (client) => {
    await client.query(`BEGIN; LOCK TABLE pilot.${table} IN ${lock} MODE`);
    const answers = send();
    while ((await client.query(waiting)).rows[0].count < transactions) await setTimeout(2);
    await meanwhile?.(client);
    await client.query('COMMIT');
    return answers;
  });
}

const waiting = `
  SELECT count(DISTINCT pid)::integer AS count FROM pg_locks
  WHERE NOT granted AND pid IN (
    SELECT here.pid FROM pg_locks AS here JOIN pg_database AS database ON database.oid = here.database
    WHERE database.datname = current_database()
  )`;
