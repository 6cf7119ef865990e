import { readFileSync } from 'node:fs';
import type pg from 'pg';

export const rolesSql = readFileSync(new URL('../../sql/roles.sql', import.meta.url), 'utf8');

/** Keeps what follows in this session, passwords among it, out of the server's log as far as the role may. */
export const quietLogSql = `DO $$
BEGIN
  SET log_statement = 'none';
  SET log_min_duration_statement = -1;
  SET log_duration = off;
  SET log_parameter_max_length = 0;
  SET log_min_error_statement = 'panic';
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'log settings of this session skipped: they need a superuser';
END
$$;
`;

/**
 * Runs sql/roles.sql as a superuser (or a role that may create roles) in the database that `client` is connected to.
 * Without `backupPassword` the role of the backups keeps the one that it has, if any.
 */
export async function applyRoles(
  client: pg.Client,
  ownerPassword: string,
  appPassword: string,
  backupPassword = '',
): Promise<void> {
  await client.query(quietLogSql);
  await client.query(
    `SELECT set_config('pilot.owner_password', $1, false), set_config('pilot.app_password', $2, false),
            set_config('pilot.backup_password', $3, false)`,
    [ownerPassword, appPassword, backupPassword],
  );
  await client.query(rolesSql);
}
