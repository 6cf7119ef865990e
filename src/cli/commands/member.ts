import type { Command } from 'commander';
import type pg from 'pg';
import { z } from 'zod';
import { addMember, organizationExists, removeMember } from '../../database/provisioning.ts';
import { describe, perform } from '../command.ts';
import { asOwner } from '../databases.ts';
import { CommandFailure, invocation } from '../failure.ts';
import { role, uuid } from '../fields.ts';

export function addMemberCommands(program: Command): void {
  const member = program.command('member').description('Who may do what in an organisation.');

  const add = describe(
    member,
    'add',
    'Adds a member to an organisation, or changes the role of one.',
    'member add --org ORG_ID --user USER_ID --role editor',
  )
    .requiredOption('--org <uuid>', 'the organisation')
    .requiredOption('--user <uuid>', "the user, as in the token's sub")
    .requiredOption('--role <role>', 'owner, admin, editor or viewer');
  perform(add, z.object({ org: uuid, user: uuid, role }), ({ org, user, role }, progress) =>
    asOwner(progress, async (client) => {
      await assertOrganization(client, org);
      await addMember(client, org, user, role);
      return { data: { org_id: org, user_id: user, role }, text: `${user} is ${role} of ${org}.` };
    }),
  );

  const remove = describe(
    member,
    'remove',
    'Removes a member from an organisation.',
    'member remove --org ORG_ID --user USER_ID',
  )
    .requiredOption('--org <uuid>', 'the organisation')
    .requiredOption('--user <uuid>', 'the user');
  perform(remove, z.object({ org: uuid, user: uuid }), ({ org, user }, progress) =>
    asOwner(progress, async (client) => {
      await assertOrganization(client, org);
      const removed = await removeMember(client, org, user);
      const text = removed
        ? `${user} is no longer a member of ${org}.`
        : `${user} was not a member of ${org}.`;
      return { data: { org_id: org, user_id: user, removed }, text };
    }),
  );
}

async function assertOrganization(client: pg.Client, orgId: string): Promise<void> {
  if (!(await organizationExists(client, orgId)))
    throw new CommandFailure(
      `There is no organisation with the id in --org; "${invocation} org list" lists them.`,
    );
}
