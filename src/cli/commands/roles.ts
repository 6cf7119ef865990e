import type { Command } from 'commander';
import type pg from 'pg';
import { z } from 'zod';
import { readSettings, type Settings } from '../../config.ts';
import { quoteLiteral } from '../../database/provisioning.ts';
import { applyRoles, quietLogSql, rolesSql } from '../../database/roles.ts';
import { describe, perform, type Report } from '../command.ts';
import { isEmbedded, onEmbedded, onServer } from '../databases.ts';
import { CommandFailure } from '../failure.ts';

export function addRolesCommand(program: Command): void {
  const roles = describe(
    program,
    'roles',
    'Prints sql/roles.sql with the passwords of the connection URLs, or applies it with BOOTSTRAP_DATABASE_URL.',
    'roles | psql "$ADMIN_URL"',
  );
  perform(roles, z.object({}), async (_input, progress) => {
    const settings = readSettings();
    if (isEmbedded(settings) && !settings.BOOTSTRAP_DATABASE_URL) {
      await onEmbedded(settings, progress, 'as it is', async () => undefined);
      return applied([], 'The embedded database has its roles.');
    }
    const ownerPassword = passwordOf(settings, 'MIGRATION_DATABASE_URL', 'pilot_owner');
    const appPassword = passwordOf(settings, 'DATABASE_URL', 'pilot_app');
    // Without backups by it, nobody should be able to log in as it.
    const backupPassword =
      settings.BACKUP_DATABASE_URL && passwordOf(settings, 'BACKUP_DATABASE_URL', 'pilot_backup');
    if (!settings.BOOTSTRAP_DATABASE_URL) {
      const script = `${quietLogSql}SET pilot.owner_password = ${quoteLiteral(ownerPassword)};
SET pilot.app_password = ${quoteLiteral(appPassword)};
${backupPassword ? `SET pilot.backup_password = ${quoteLiteral(backupPassword)};\n` : ''}
${rolesSql}`;
      return { data: { applied: false, script }, text: script.trimEnd() };
    }
    const skipped = await onServer(settings, 'BOOTSTRAP_DATABASE_URL', async (client) => {
      await assertSameDatabase(client, settings);
      const notices = noticesOf(client);
      await applyRoles(client, ownerPassword, appPassword, backupPassword);
      return notices;
    });
    return applied(skipped, 'The roles are set up.');
  });
}

function applied(skipped: readonly string[], sentence: string): Report {
  return { data: { applied: true, skipped }, text: [sentence, ...skipped].join('\n') };
}

function passwordOf(
  settings: Settings,
  name: 'DATABASE_URL' | 'MIGRATION_DATABASE_URL' | 'BACKUP_DATABASE_URL',
  role: string,
): string {
  const value = settings[name];
  if (!value) throw new CommandFailure(`${name} must be set: it says which password ${role} gets.`);
  const { username, password } = new URL(value);
  if (username !== role) throw new CommandFailure(`${name} must name the role ${role}.`);
  return decodeURIComponent(password);
}

/** The schema is made in the database that the superuser is connected to, so it has to be the service's. */
async function assertSameDatabase(client: pg.Client, settings: Settings): Promise<void> {
  const wanted = decodeURIComponent(new URL(settings.MIGRATION_DATABASE_URL ?? '').pathname.slice(1));
  if (client.database !== wanted) {
    throw new CommandFailure('BOOTSTRAP_DATABASE_URL must name the same database as MIGRATION_DATABASE_URL.');
  }
}

/** What roles.sql says that it had to skip, as it arrives; the server's own notices have other codes. */
function noticesOf(client: pg.Client): string[] {
  const notices: string[] = [];
  client.on('notice', ({ code, message }) => {
    if (code === '00000' && message) notices.push(message);
  });
  return notices;
}
