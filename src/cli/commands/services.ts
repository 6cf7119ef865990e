import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { importDirectory } from '../../directory/import-directory.ts';
import { type Directory, type Refusal, readDirectory } from '../../directory/read-directory.ts';
import { describe, perform } from '../command.ts';
import { asOwner } from '../databases.ts';
import { CommandFailure } from '../failure.ts';
import type { Progress } from '../progress.ts';

const input = z.object({ file: z.string().min(1).describe('the path of a JSON file') });
const mostLines = 20;

export function addServicesCommands(program: Command): void {
  const services = program.command('services').description('The mirror of the curated directory.');

  const load = describe(
    services,
    'import <file>',
    'Takes over the facts of a directory: careconnect JSON, Open Referral HSDS 3 JSON, or the facts-only form.',
    'services import directory.json',
  );
  perform(load, input, async ({ file }, progress) => {
    const directory = await read(file, progress);
    const { absent, ...counts } = await asOwner(progress, (client) =>
      importDirectory(client, directory, (done) =>
        progress.say(`Imported ${done} of ${directory.services.length} services`),
      ),
    );
    const { form, refused } = directory;
    const { added, updated, unchanged } = counts;
    return {
      data: {
        form,
        ...counts,
        refused: refused.length,
        absent: absent.length,
        refusals: refused,
        absent_ids: absent,
      },
      text: [
        `${added} added, ${updated} updated, ${unchanged} unchanged, ${refused.length} refused; ${absent.length} absent from the file stay.`,
        ...shortened(refused.map(refusalLine)),
        ...shortened(absent.map((id) => `absent: ${id}`)),
      ].join('\n'),
      failure: directory.services.length === 0 ? 'No record of the file could be imported.' : undefined,
    };
  });

  const facts = describe(
    services,
    'facts <file>',
    'Prints the facts-only form of a directory: which contact details there are, without the details.',
    'services facts directory.json > facts.json',
  );
  perform(facts, input, async ({ file }, progress) => {
    const { services, refused } = await read(file, progress);
    for (const line of shortened(refused.map(refusalLine))) process.stderr.write(`${line}\n`);
    return {
      data: services,
      text: `[\n${services.map((service) => JSON.stringify(service)).join(',\n')}\n]`,
      failure: services.length === 0 ? 'No record of the file has the facts of a service.' : undefined,
    };
  });
}

async function read(file: string, progress: Progress): Promise<Directory> {
  progress.say('Reading the file');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(
      error.code === 'ENOENT' ? 'The file does not exist.' : 'The file cannot be read.',
    );
  });
  return readDirectory(text, (done) => progress.say(`Read ${done} records of the file`));
}

function refusalLine({ position, reason }: Refusal): string {
  return `refused: record ${position}, because ${reason}`;
}

function shortened(lines: readonly string[]): string[] {
  if (lines.length <= mostLines) return [...lines];
  return [...lines.slice(0, mostLines), `... and ${lines.length - mostLines} more (--json has them all)`];
}
