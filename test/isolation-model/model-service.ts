import type { Test } from 'tap';
import { makeToken } from '../../src/token.ts';
import { jwtSecret, startTestService, type TestService } from '../support/service.ts';
import { everybody, organizations, type Person, people } from './pool.ts';

/** How PostgreSQL plans the statements that the service prepares: as it likes, or always one plan for every caller. */
export type PlanCacheMode = 'auto' | 'force_generic_plan';

/** A service with the organisations and people of the pool. */
export interface ModelService extends TestService {
  tokens: ReadonlyMap<Person, string>;
  /** What each kind of refusal said when it was first seen; one kind always says the same. */
  refusals: Map<string, string>;
}

/** Starts a service on a clone of its own. One connection serves every caller, so that whatever it keeps is met again. */
export async function startModelService(
  t: Pick<Test, 'teardown'>,
  planCacheMode: PlanCacheMode,
): Promise<ModelService> {
  const service = await startTestService(t, { config: { poolMax: 1 } });
  const tokens = new Map<Person, string>();
  for (const person of everybody) {
    tokens.set(person, await makeToken(jwtSecret, people[person], 24 * 3600));
  }
  await service.asSuperuser(async (client) => {
    const database = client.escapeIdentifier(new URL(service.urls.superuser).pathname.slice(1));
    await client.query(`ALTER DATABASE ${database} SET plan_cache_mode = ${planCacheMode}`);
    await client.query(
      'DELETE FROM pilot.organization_members; DELETE FROM pilot.app_admins; DELETE FROM pilot.organizations',
    );
    await client.query(
      "INSERT INTO pilot.organizations (id, name, time_zone) SELECT id, 'Organisation', 'UTC' FROM unnest($1::uuid[]) AS id",
      [Object.values(organizations)],
    );
    const { rowCount } = await client.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = 'pilot_app'",
    );
    if (rowCount !== 0) throw new Error('The service connected before plan_cache_mode was set.');
  });
  return { ...service, tokens, refusals: new Map() };
}
