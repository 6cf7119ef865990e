import type pg from 'pg';
import { withClient } from '../../../src/database/owner-connection.ts';
import type { Finding } from './tally.ts';

/** Examines the connection that the next statement of this client runs on. */
export type Look = (client: pg.Client, where: 'outside' | 'inside') => Promise<Finding[]>;

interface Seen {
  user_id: string;
  service_version: string;
  identity: string;
  rows: number;
  changed: string[];
  left_behind: number;
}

/** Everything that a session can carry from one transaction to the next, as `pilot_app` sees it. */
const lookSql = (tables: readonly string[]) => `SELECT
  coalesce(current_setting('pilot.user_id', true), '') AS user_id,
  coalesce(current_setting('pilot.service_version', true), '') AS service_version,
  concat_ws(' ', session_user, current_user, current_setting('role')) AS identity,
  (${tables.map((table) => `(SELECT count(*) FROM pilot.${table})`).join(' + ')})::integer AS rows,
  ARRAY(
    SELECT name || ' = ' || setting FROM pg_settings WHERE name <> 'application_name'
    EXCEPT SELECT unnest($1::text[])
  ) AS changed,
  (SELECT count(*) FROM pg_prepared_statements)::integer
    + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())::integer AS left_behind`;

/** Learns from a new, direct connection of `pilot_app` what an untouched one looks like. */
export async function learnToLook(appUrl: string, tables: readonly string[]): Promise<Look> {
  const text = lookSql(tables);
  const untouched = await withClient(appUrl, (client) => client.query<Seen>(text, [[]]));
  const settings = untouched.rows[0]?.changed;
  return async (client, where) => {
    const { rows } = await client.query<Seen>(text, [settings]);
    const seen = rows[0];
    const status = client.getTransactionStatus();
    const checks: [holds: boolean, kind: Finding['kind'], what: string][] = [
      [seen?.user_id === '', 'leak', 'pilot.user_id is set'],
      [seen?.rows === 0, 'leak', `${seen?.rows} rows are visible`],
      [seen?.service_version === '', 'dirty', 'pilot.service_version is set'],
      [seen?.identity === 'pilot_app pilot_app none', 'dirty', `the role is ${seen?.identity}`],
      [seen?.changed.length === 0, 'dirty', `settings differ: ${seen?.changed.join(', ')}`],
      [seen?.left_behind === 0, 'dirty', 'prepared statements or advisory locks are left'],
      [status === (where === 'outside' ? 'I' : 'T'), 'dirty', `the transaction status is ${status}`],
    ];
    return checks
      .filter(([holds]) => !holds)
      .map(([, kind, what]) => ({ kind, what: `${where} a transaction, ${what}` }));
  };
}
