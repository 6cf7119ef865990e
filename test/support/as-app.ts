import type pg from 'pg';
import { withClient } from '../../src/database/owner-connection.ts';
import type { TestService } from './service.ts';

/** Runs `work` as pilot_app in a transaction with this session variable (undefined: none), and rolls back. */
export function asApp<Result>(
  { urls }: TestService,
  userId: string | undefined,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  return withClient(urls.app, async (client) => {
    await client.query('BEGIN');
    if (userId !== undefined) await client.query("SELECT set_config('pilot.user_id', $1, true)", [userId]);
    await client.query("SELECT set_config('pilot.service_version', 'test', true)");
    return work(client).finally(() => client.query('ROLLBACK'));
  });
}

/** The SQLSTATE of a refused statement, or 'accepted' with the number of rows it touched. */
export async function outcome(client: pg.Client, sql: string, values: unknown[] = []): Promise<string> {
  await client.query('SAVEPOINT attempt');
  const result = await client.query(sql, values).then(
    ({ rowCount }) => `accepted ${rowCount}`,
    (error: pg.DatabaseError) => String(error.code),
  );
  await client.query('ROLLBACK TO SAVEPOINT attempt');
  return result;
}
