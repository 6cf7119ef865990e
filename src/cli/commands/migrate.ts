import type { Command } from 'commander';
import type pg from 'pg';
import { z } from 'zod';
import { markApplied, migrate, migrationStatus } from '../../database/migrations.ts';
import { describe, perform, type Report } from '../command.ts';
import { asOwner } from '../databases.ts';
import { CommandFailure, invocation } from '../failure.ts';
import type { Progress } from '../progress.ts';
import { table } from '../table.ts';

const input = z.object({
  status: z.boolean().optional(),
  markApplied: z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .optional()
    .describe('the number of a migration'),
});

export function addMigrateCommand(program: Command): void {
  const command = describe(
    program,
    'migrate',
    'Applies every pending migration as pilot_owner.',
    'migrate --status',
  )
    .option('--status', 'list the migrations instead')
    .option('--mark-applied <number>', 'record a migration that was run by hand, after checking its objects');
  perform(command, input, async ({ status, markApplied: version }, progress) => {
    if (status && version !== undefined)
      throw new CommandFailure('Only one of --status and --mark-applied may be given.');
    return asOwner(
      progress,
      (client) => {
        if (status) return list(client);
        if (version !== undefined) return mark(client, version);
        return apply(client, progress);
      },
      'as it is',
    );
  });
}

async function list(client: pg.Client): Promise<Report> {
  const migrations = await migrationStatus(client);
  const rows = migrations.map(({ version, name, state, applied_at }) => [
    version,
    name,
    state,
    applied_at ?? '',
  ]);
  return { data: { migrations }, text: table(['version', 'name', 'state', 'applied at'], rows) };
}

async function mark(client: pg.Client, version: number): Promise<Report> {
  await markApplied(client, version);
  return { data: { marked: version }, text: `Migration ${version} is recorded as applied.` };
}

async function apply(client: pg.Client, progress: Progress): Promise<Report> {
  const { rows } = await client.query("SELECT to_regrole('pilot_app') IS NOT NULL AS there");
  if (!rows[0]?.there)
    throw new CommandFailure(`The role pilot_app does not exist. Run "${invocation} roles" first.`);
  progress.say('Migrating');
  const applied = await migrate(client, (name) => progress.say(`Migrated ${name}`));
  const text =
    applied.length === 0
      ? 'Every migration was applied already.'
      : `Applied ${applied.length} ${applied.length === 1 ? 'migration' : 'migrations'}: ${applied.join(', ')}.`;
  return { data: { applied }, text };
}
