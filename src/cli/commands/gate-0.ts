import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { readReadiness } from '../../capabilities/readiness/read-readiness.ts';
import { systemClock } from '../../clock.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { digestOf, verify } from '../../gate-0/package/archive.ts';
import { assemblePackage } from '../../gate-0/package/assemble.ts';
import { evaluate } from '../../gate-0/verdict/evaluate.ts';
import { readCycleIds, readGateZeroRecords } from '../../gate-0/verdict/records.ts';
import { describe, perform } from '../command.ts';
import { asEvaluator } from '../databases.ts';
import { CommandFailure } from '../failure.ts';
import { identifier, moment } from '../fields.ts';
import { table } from '../table.ts';

const packageInput = z.object({
  cycle: identifier.optional().describe('the id of a registered cycle'),
  asOf: moment.optional().describe('a time with seconds and an offset, such as 2026-03-29T00:00:00Z'),
  out: z.string().min(1).describe('the path of a file'),
});

const verifyInput = z.object({ file: z.string().min(1).describe('the path of an evidence package') });

export function addGateZeroCommands(program: Command): void {
  const gate = program
    .command('gate-0')
    .description('The evidence package of Gate 0. The verdict is computed; no command can set it.');

  const make = describe(
    gate,
    'package',
    'Puts what Gate 0 is judged by, and the verdict, into one file, with a SHA-256 of everything in it.',
    'gate-0 package --cycle kingston-2026-spring --out gate-0.zip',
  )
    .option('--cycle <id>', 'the pilot cycle; not needed when there is only one')
    .option('--as-of <time>', 'by the records that had arrived by then; by default now')
    .requiredOption('--out <file>', 'where to write it');
  perform(make, packageInput, async ({ cycle, asOf, out }, progress) => {
    if (asOf && asOf > systemClock()) throw new CommandFailure('--as-of must be a time that has passed.');
    progress.say('Judging Gate 0');
    const { archive, verdict, moment } = await asEvaluator(progress, async (transaction) => {
      const cycleId = cycle ?? (await onlyCycle(transaction));
      const records = await readGateZeroRecords(transaction, cycleId, asOf ?? null);
      if (!records) throw new CommandFailure('There is no cycle with the id in --cycle.');
      const { moment } = records;
      const day = moment.toISOString().slice(0, 10);
      const readiness = await readReadiness(transaction, { cycleId, orgId: null, asOf: day }, { moment });
      return { archive: assemblePackage(records, readiness), verdict: evaluate(records), moment };
    });
    await writeFile(out, archive).catch(() => {
      throw new CommandFailure('The file in --out cannot be written.');
    });
    const sha256 = digestOf(archive);
    const checks = verdict.checks.map(({ id, status, reason }) => ({ id, status, reason }));
    return {
      data: { file: out, sha256, as_of: moment.toISOString(), verdict: verdict.verdict, checks },
      text: [
        table(
          ['check', 'state', 'why'],
          checks.map(({ id, status, reason }) => [id, status, reason]),
        ),
        `Verdict: ${verdict.verdict}`,
        out,
        `SHA-256 ${sha256}`,
      ].join('\n'),
    };
  });

  const check = describe(
    gate,
    'verify <file>',
    'Checks that nothing in an evidence package was changed since it was made. Needs no database.',
    'gate-0 verify gate-0.zip',
  );
  perform(check, verifyInput, async ({ file }) => {
    const archive = await readFile(file).catch(() => {
      throw new CommandFailure('The file cannot be read.');
    });
    const { faults, files } = verify(archive);
    const sha256 = digestOf(archive);
    return {
      data: { whole: faults.length === 0, faults, files, sha256 },
      text: [
        ...faults,
        ...(faults.length === 0 ? [`All ${files} files are as they were.`] : []),
        `SHA-256 ${sha256}`,
      ].join('\n'),
      failure: faults.length > 0 ? 'The package is not as it was made.' : undefined,
    };
  });
}

async function onlyCycle(transaction: Transaction): Promise<string> {
  const [first, ...others] = await transaction.run(readCycleIds);
  if (!first) throw new CommandFailure('There is no pilot cycle yet.');
  if (others.length > 0) throw new CommandFailure('There are several cycles. Name one with --cycle.');
  return first.id;
}
