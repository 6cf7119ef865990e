import { randomUUIDv7 } from 'node:crypto';
import pg from 'pg';
import { toStorageFailure } from './failures.ts';

/**
 * What operators set up as `pilot_owner` (spec 7): organisations, members, app admins, cycles. Every function takes a
 * connection of that role; a row that is there already is said, not raised.
 */

export type MemberRole = 'owner' | 'admin' | 'editor' | 'viewer';

export interface Organization {
  org_id: string;
  name: string;
  time_zone: string;
}

/** @returns the new organisation's id */
export async function createOrganization(client: pg.Client, name: string, timeZone: string): Promise<string> {
  const id = randomUUIDv7();
  await client.query('INSERT INTO pilot.organizations (id, name, time_zone) VALUES ($1, $2, $3)', [
    id,
    name,
    timeZone,
  ]);
  return id;
}

export async function listOrganizations(client: pg.Client): Promise<Organization[]> {
  const { rows } = await client.query<Organization>(
    'SELECT id AS org_id, name, time_zone FROM pilot.organizations ORDER BY created_at, id',
  );
  return rows;
}

export async function organizationExists(client: pg.Client, orgId: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pilot.organizations WHERE id = $1', [orgId]);
  return rowCount === 1;
}

/** Adds a member, or changes the role of one. */
export async function addMember(
  client: pg.Client,
  orgId: string,
  userId: string,
  role: MemberRole,
): Promise<void> {
  await client.query(
    `INSERT INTO pilot.organization_members (org_id, user_id, role) VALUES ($1, $2, $3)
     ON CONFLICT (org_id, user_id) DO UPDATE SET role = excluded.role`,
    [orgId, userId, role],
  );
}

/** @returns whether there was such a member */
export async function removeMember(client: pg.Client, orgId: string, userId: string): Promise<boolean> {
  const sql = 'DELETE FROM pilot.organization_members WHERE org_id = $1 AND user_id = $2';
  const { rowCount } = await client.query(sql, [orgId, userId]);
  return rowCount === 1;
}

/** @returns whether the user was not an app admin before */
export async function addAdmin(client: pg.Client, userId: string): Promise<boolean> {
  const sql = 'INSERT INTO pilot.app_admins (user_id) VALUES ($1) ON CONFLICT DO NOTHING';
  const { rowCount } = await client.query(sql, [userId]);
  return rowCount === 1;
}

/** @returns whether the user was an app admin */
export async function removeAdmin(client: pg.Client, userId: string): Promise<boolean> {
  const { rowCount } = await client.query('DELETE FROM pilot.app_admins WHERE user_id = $1', [userId]);
  return rowCount === 1;
}

/** @returns whether the cycle was not registered before; an existing one keeps its dates */
export async function createCycle(
  client: pg.Client,
  id: string,
  starts?: string,
  ends?: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'INSERT INTO pilot.pilot_cycles (id, starts_on, ends_on) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [id, starts ?? null, ends ?? null],
  );
  return rowCount === 1;
}

/**
 * Sets the dates that are given.
 * @returns the dates of the cycle, or undefined when it is not registered
 * @throws Error when it would end before it starts
 */
export async function changeCycle(
  client: pg.Client,
  id: string,
  { starts, ends }: { starts?: string | undefined; ends?: string | undefined },
): Promise<{ starts_on: string | null; ends_on: string | null } | undefined> {
  const sql = `
    UPDATE pilot.pilot_cycles SET starts_on = coalesce($2, starts_on), ends_on = coalesce($3, ends_on)
    WHERE id = $1
    RETURNING starts_on::text, ends_on::text`;
  const { rows } = await client.query(sql, [id, starts ?? null, ends ?? null]).catch((error: unknown) => {
    if (toStorageFailure(error).sqlstate !== checkViolation) throw error;
    throw new Error('The last day of a cycle must not be before its first.');
  });
  return rows[0];
}

const checkViolation = '23514';

/** A text as an SQL literal, for the scripts that commands print; statements that we run take parameters. */
export function quoteLiteral(text: string): string {
  return pg.escapeLiteral(text).trim();
}
