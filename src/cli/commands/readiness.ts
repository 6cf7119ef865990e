import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { readReadiness } from '../../capabilities/readiness/read-readiness.ts';
import { renderSummary } from '../../capabilities/readiness/render-summary.ts';
import { renderWorksheet } from '../../capabilities/readiness/render-worksheet.ts';
import { readRegistered } from '../../capabilities/references.ts';
import { systemClock } from '../../clock.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { readAccessTo } from '../../plugins/authorisation.ts';
import { describe, perform } from '../command.ts';
import { asEvaluator } from '../databases.ts';
import { CommandFailure, invocation } from '../failure.ts';
import { identifier, uuid } from '../fields.ts';
import { readScopeFile } from '../scope-file.ts';
import { table } from '../table.ts';

const input = z.object({
  cycle: identifier,
  org: uuid.optional().describe('a UUID'),
  scopeFile: z.string().min(1).optional().describe('the path of a file with a service id in each line'),
  out: z.string().min(1).describe('the path of a directory'),
});

export function addReadinessCommand(program: Command): void {
  const command = describe(
    program,
    'readiness',
    'Reports what the imported directory lacks about the services in scope: readiness.json, readiness.md, readiness.csv.',
    'readiness --cycle kingston-2026-spring --out readiness',
  )
    .requiredOption('--cycle <id>', 'the pilot cycle')
    .option('--org <uuid>', 'the organisation; by default all of them')
    .option(
      '--scope-file <file>',
      'a scope in place of the registered one: SERVICE_ID or SERVICE_ID,TIER in each line',
    )
    .requiredOption('--out <directory>', 'where to write; it is made when it does not exist');
  perform(command, input, async ({ cycle, org, scopeFile, out }, progress) => {
    const orgId = org ?? null;
    const asOf = systemClock().toISOString().slice(0, 10);
    const given = scopeFile === undefined ? undefined : await readScopeFile(scopeFile, orgId);
    const readiness = await asEvaluator(progress, async (transaction) => {
      await assertExist(transaction, cycle, orgId);
      return readReadiness(transaction, { cycleId: cycle, orgId, asOf }, { given });
    });
    const contents = {
      'readiness.json': `${JSON.stringify(readiness, null, 2)}\n`,
      'readiness.md': renderSummary(readiness),
      'readiness.csv': renderWorksheet(readiness),
    };
    const files = Object.entries(contents).map(([name, text]) => ({ path: join(out, name), text }));
    try {
      await mkdir(out, { recursive: true });
      for (const { path, text } of files) await writeFile(path, text);
    } catch {
      throw new CommandFailure('The directory in --out cannot be written.');
    }
    const { entries: _, ...summary } = readiness;
    const written = files.map(({ path }) => path);
    return {
      data: { ...summary, files: written },
      text: [
        `${summary.totals.entries} services in scope, ${summary.totals.without_gaps} of them with nothing missing.`,
        table(
          ['gap', 'services'],
          summary.gaps.map(({ gap, entries }) => [gap, entries]),
        ),
        ...written,
      ].join('\n'),
    };
  });
}

async function assertExist(transaction: Transaction, cycleId: string, orgId: string | null): Promise<void> {
  const { cycles } = await readRegistered(transaction, [{ cycleId }]);
  if (!cycles.includes(cycleId)) throw new CommandFailure('There is no cycle with the id in --cycle.');
  if (orgId === null) return;
  const access = await readAccessTo(transaction, [orgId]);
  if (access.get(orgId)?.exists_for_caller) return;
  throw new CommandFailure(
    `There is no organisation with the id in --org; "${invocation} org list" lists them.`,
  );
}
