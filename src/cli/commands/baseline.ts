import { access, constants, mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { recordBaseline } from '../../capabilities/baseline/index.ts';
import { baselineDocument, baselineJson, baselineMarkdown } from '../../capabilities/baseline/report.ts';
import { systemClock } from '../../clock.ts';
import { describe, perform } from '../command.ts';
import { inOwnerTransaction } from '../databases.ts';
import { CommandFailure } from '../failure.ts';
import { eventDate, identifier, uuid } from '../fields.ts';

const input = z
  .object({
    cycle: identifier,
    org: uuid,
    start: eventDate,
    end: eventDate.describe('a date such as 2026-03-01, after --start'),
    out: z.string().min(1).describe('the path of a directory'),
  })
  .refine(({ start, end }) => start < end, { path: ['end'] });

export function addBaselineCommand(program: Command): void {
  const baseline = describe(
    program,
    'baseline',
    'Computes the seven metrics of an organisation over a window before the pilot, stores them as its baseline, and writes a report.',
    'baseline --cycle kingston-2026-spring --org ORG_ID --start 2026-02-02 --end 2026-03-02 --out reports',
  )
    .requiredOption('--cycle <id>', 'the pilot cycle')
    .requiredOption('--org <uuid>', 'the organisation')
    .requiredOption('--start <date>', 'the first day, in the time zone of the organisation')
    .requiredOption('--end <date>', 'the first day that no longer counts: four weeks after --start')
    .option('--out <directory>', 'where to write the report, as JSON and Markdown', '.');
  perform(baseline, input, async ({ cycle, org, start, end, out }, progress) => {
    await makeWritable(out);
    progress.say('Computing the baseline');
    const window = { cycleId: cycle, orgId: org, startDate: start, endDate: end };
    const run = await inOwnerTransaction(progress, (transaction) =>
      recordBaseline(transaction, window, systemClock()),
    );
    const file = (extension: string) => resolve(out, `baseline-${run.id}.${extension}`);
    const report = { json: file('json'), markdown: file('md') };
    await Promise.all([
      writeFile(report.json, baselineJson(run)),
      writeFile(report.markdown, baselineMarkdown(run)),
    ]).catch(() => {
      throw new CommandFailure(`The baseline run ${run.id} is stored, but its report could not be written.`);
    });
    const document = baselineDocument(run);
    return {
      data: { report, ...document },
      text: [
        `The baseline run ${run.id} is stored, and reported in`,
        report.markdown,
        report.json,
        ...document.warnings.map((warning) => `Warning: ${warning}`),
      ].join('\n'),
    };
  });
}

/** Before anything is stored, so that a report does not fail for want of a place. */
async function makeWritable(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  } catch {
    throw new CommandFailure('--out must be a directory that can be written to.');
  }
}
