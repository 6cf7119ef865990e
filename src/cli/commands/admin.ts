import type { Command } from 'commander';
import { z } from 'zod';
import { addAdmin, removeAdmin } from '../../database/provisioning.ts';
import { describe, perform } from '../command.ts';
import { asOwner } from '../databases.ts';
import { uuid } from '../fields.ts';

export function addAdminCommands(program: Command): void {
  const admin = program.command('admin').description('Who may see and decide everything (app admins).');
  const input = z.object({ user: uuid });

  const add = describe(admin, 'add', 'Makes a user an app admin.', 'admin add --user USER_ID').requiredOption(
    '--user <uuid>',
    "the user, as in the token's sub",
  );
  perform(add, input, ({ user }, progress) =>
    asOwner(progress, async (client) => {
      const added = await addAdmin(client, user);
      const text = added ? `${user} is an app admin now.` : `${user} was an app admin already.`;
      return { data: { user_id: user, added }, text };
    }),
  );

  const remove = describe(
    admin,
    'remove',
    'Takes the rights of an app admin from a user.',
    'admin remove --user USER_ID',
  ).requiredOption('--user <uuid>', 'the user');
  perform(remove, input, ({ user }, progress) =>
    asOwner(progress, async (client) => {
      const removed = await removeAdmin(client, user);
      const text = removed ? `${user} is no longer an app admin.` : `${user} was not an app admin.`;
      return { data: { user_id: user, removed }, text };
    }),
  );
}
