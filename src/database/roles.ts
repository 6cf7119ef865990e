import { readFileSync } from 'node:fs';
import type pg from 'pg';

export const rolesSql = readFileSync(new URL('../../sql/roles.sql', import.meta.url), 'utf8');

/** Runs sql/roles.sql as a superuser (or a role that may create roles) in the database that `client` is connected to. */
export async function applyRoles(
  client: pg.Client,
  ownerPassword: string,
  appPassword: string,
): Promise<void> {
  await client.query(
    "SELECT set_config('pilot.owner_password', $1, false), set_config('pilot.app_password', $2, false)",
    [ownerPassword, appPassword],
  );
  await client.query(rolesSql);
}
