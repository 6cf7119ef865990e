import type { Command } from 'commander';
import { z } from 'zod';
import { createOrganization, listOrganizations } from '../../database/provisioning.ts';
import { describe, perform } from '../command.ts';
import { asOwner } from '../databases.ts';
import { organizationName, timeZone } from '../fields.ts';
import { table } from '../table.ts';

export function addOrgCommands(program: Command): void {
  const org = program.command('org').description('Organisations that take part.');

  const create = describe(
    org,
    'create',
    'Creates an organisation and prints its id.',
    'org create --name "Harbour Shelter" --time-zone America/Toronto',
  )
    .requiredOption('--name <name>', 'its name')
    .option('--time-zone <zone>', 'its time zone', 'America/Toronto');
  perform(create, z.object({ name: organizationName, timeZone }), ({ name, timeZone }, progress) =>
    asOwner(progress, async (client) => {
      const orgId = await createOrganization(client, name, timeZone);
      return { data: { org_id: orgId }, text: orgId };
    }),
  );

  const list = describe(org, 'list', 'Lists the organisations.', 'org list --json');
  perform(list, z.object({}), (_input, progress) =>
    asOwner(progress, async (client) => {
      const organizations = await listOrganizations(client);
      const rows = organizations.map(({ org_id, name, time_zone }) => [org_id, name, time_zone]);
      return { data: { organizations }, text: table(['id', 'name', 'time zone'], rows) };
    }),
  );
}
