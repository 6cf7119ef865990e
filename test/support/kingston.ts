import { readFileSync } from 'node:fs';
import { importDirectory } from '../../src/directory/import-directory.ts';
import { type Directory, readDirectory } from '../../src/directory/read-directory.ts';
import type { TestService } from './service.ts';

/** The directory that the demo brings along: 196 services of Kingston, as facts. */
export const kingstonFile = new URL('../../src/demo/kingston-services.facts.json', import.meta.url);

export const kingston: Directory = readDirectory(readFileSync(kingstonFile, 'utf8'));

export async function importKingston({ asOwner }: Pick<TestService, 'asOwner'>): Promise<void> {
  await asOwner((client) => importDirectory(client, kingston));
}

/** Puts services in scope behind the API's back, in one statement. */
export async function putInScope(
  { asSuperuser }: Pick<TestService, 'asSuperuser'>,
  cycle: string,
  orgId: string,
  tiers: Readonly<Record<string, string>>,
): Promise<void> {
  await asSuperuser(async (client) => {
    await client.query("SET pilot.service_version = 'test'");
    await client.query(
      `INSERT INTO pilot.pilot_service_scope (org_id, id, pilot_cycle_id, service_id, sla_tier)
       SELECT $1, gen_random_uuid(), $2, key, value FROM json_each_text($3)`,
      [orgId, cycle, JSON.stringify(tiers)],
    );
  });
}
