import type pg from 'pg';
import { eventKinds } from '../support/events.ts';

/** One way to break isolation, and how to mend it. */
export interface Sabotage {
  name: string;
  break: string;
  repair: string;
}

/** Keys that hold what callers choose, without the organisation that leads them. */
const keysOfCallers: readonly (readonly [table: string, columns: string])[] = [
  ...eventKinds.map(({ table }) => [table, 'id'] as const),
  ['pilot_referral_event_history', 'referral_id, updated_at'],
  ['pilot_service_scope', 'pilot_cycle_id, service_id'],
];

const keysOnTheIdAlone = keysOfCallers.map(
  ([table, columns]): Sabotage => ({
    name: `a key on (${columns}) alone in ${table}`,
    break: `CREATE UNIQUE INDEX without_organization ON pilot.${table} (${columns})`,
    repair: 'DROP INDEX pilot.without_organization',
  }),
);

const immutableHelpers = [
  'current_user_id',
  'is_app_admin',
  'member_org_ids',
  'writer_org_ids',
  'is_participant',
].map(
  (helper): Sabotage => ({
    name: `${helper} is IMMUTABLE`,
    break: `ALTER FUNCTION pilot.${helper}() IMMUTABLE`,
    repair: `ALTER FUNCTION pilot.${helper}() STABLE`,
  }),
);

/** Row-level security switched off, and a policy that shows everything, for each table that shows callers different rows. */
const openTables = `
  WITH policies AS (
    SELECT tablename, policyname, qual
    FROM pg_policies
    WHERE schemaname = 'pilot' AND cmd = 'SELECT' AND 'pilot_app' = ANY (roles)
      AND qual ~ 'member_org_ids|is_app_admin|is_participant|user_id ='
  )
  SELECT
    format('row-level security switched off on %s', tablename) AS name,
    format('ALTER TABLE pilot.%I DISABLE ROW LEVEL SECURITY', tablename) AS break,
    format('ALTER TABLE pilot.%I ENABLE ROW LEVEL SECURITY', tablename) AS repair
  FROM policies
  UNION ALL
  SELECT
    format('a policy USING (true) on %s', tablename),
    format('ALTER POLICY %I ON pilot.%I USING (true)', policyname, tablename),
    format('ALTER POLICY %I ON pilot.%I USING (%s)', policyname, tablename, qual)
  FROM policies
  ORDER BY 1`;

/** Every table, helper and key, each broken in its way. IMMUTABLE helpers show only in plans that are used for every caller. */
export async function everySabotage(superuser: pg.Client): Promise<Sabotage[]> {
  const { rows } = await superuser.query<Sabotage>(openTables);
  return [...rows, ...keysOnTheIdAlone, ...immutableHelpers];
}

const oneOfEachKind = [
  'row-level security switched off on service_operational_status_events',
  'a policy USING (true) on pilot_data_decay_audits',
  'a key on (id) alone in pilot_preference_fit_events',
  'member_org_ids is IMMUTABLE',
];

/** The few that stand for all of them where there is little time. */
export async function oneSabotageOfEachKind(superuser: pg.Client): Promise<Sabotage[]> {
  const all = await everySabotage(superuser);
  return oneOfEachKind.map((name) => {
    const sabotage = all.find((one) => one.name === name);
    if (!sabotage) throw new Error(`There is no sabotage "${name}".`);
    return sabotage;
  });
}
