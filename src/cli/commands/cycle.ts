import type { Command } from 'commander';
import { z } from 'zod';
import { createCycle } from '../../database/provisioning.ts';
import { describe, perform } from '../command.ts';
import { asOwner } from '../databases.ts';
import { date, identifier } from '../fields.ts';

const input = z
  .object({
    id: identifier,
    starts: date.optional().describe('a date such as 2026-03-01'),
    ends: date.optional().describe('a date such as 2026-03-28, not before --starts'),
  })
  .refine(({ starts, ends }) => !starts || !ends || ends >= starts, { path: ['ends'] });

export function addCycleCommands(program: Command): void {
  const cycle = program.command('cycle').description('Pilot cycles.');
  const create = describe(
    cycle,
    'create',
    'Registers a pilot cycle, so that events may name it.',
    'cycle create --id kingston-2026-spring --starts 2026-03-01 --ends 2026-03-28',
  )
    .requiredOption('--id <id>', 'its identifier')
    .option('--starts <date>', 'its first day')
    .option('--ends <date>', 'its last day');
  perform(create, input, ({ id, starts, ends }, progress) =>
    asOwner(progress, async (client) => {
      const created = await createCycle(client, id, starts, ends);
      const text = created
        ? `The cycle ${id} is registered.`
        : `The cycle ${id} was registered already; its dates stay as they were.`;
      return { data: { pilot_cycle_id: id, created }, text };
    }),
  );
}
