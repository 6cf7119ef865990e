import type { Command } from 'commander';
import { z } from 'zod';
import { changeCycle, createCycle } from '../../database/provisioning.ts';
import { describe, perform } from '../command.ts';
import { asOwner } from '../databases.ts';
import { CommandFailure } from '../failure.ts';
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

  const change = describe(
    cycle,
    'change',
    'Corrects the dates of a pilot cycle, from which Gate 0 and retention count.',
    'cycle change --id kingston-2026-spring --ends 2026-04-30',
  )
    .requiredOption('--id <id>', 'its identifier')
    .option('--starts <date>', 'its first day')
    .option('--ends <date>', 'its last day');
  perform(change, input, ({ id, starts, ends }, progress) => {
    if (!starts && !ends) throw new CommandFailure('Say what to change: --starts, --ends, or both.');
    return asOwner(progress, async (client) => {
      const dates = await changeCycle(client, id, { starts, ends });
      if (!dates) throw new CommandFailure('There is no cycle with the id in --id.');
      const text = `The cycle ${id} is from ${dates.starts_on ?? 'no day'} to ${dates.ends_on ?? 'no day'}.`;
      return { data: { pilot_cycle_id: id, ...dates }, text };
    });
  });
}
