import { access, constants, readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { mostEvents } from '../../capabilities/events/batch/schema.ts';
import { readSettings } from '../../config.ts';
import { BatchClient } from '../batch-client.ts';
import { describe, perform } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { timeToLive } from '../fields.ts';
import { sendEvents } from '../send-events.ts';
import { SendingJournal } from '../sending-progress.ts';

const input = z.object({
  file: z.string().min(1).describe('the path of a file with one event in each line'),
  url: z
    .string()
    .regex(/^https?:\/\/[^/?#@]+(\/[^?#]*)?$/)
    .refine((value) => URL.canParse(value))
    .transform((value) => value.replace(/\/+$/, ''))
    .describe('the http(s) address of the service, without a user and a query'),
  tokenFile: z.string().min(1).optional().describe('the path of a file with a token'),
  batchSize: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .refine((size) => size >= 1 && size <= mostEvents)
    .describe(`a number from 1 to ${mostEvents}`),
  maxWait: timeToLive,
  restart: z.boolean().default(false),
});

export function addEventsCommands(program: Command): void {
  const events = program.command('events').description('What an offline queue has gathered.');

  const send = describe(
    events,
    'send <file>',
    'Sends the events of a file, one in each line as the batch endpoint takes it, and goes on after an interruption.',
    'events send queue.ndjson --url https://pilot.example --token-file token.txt',
  )
    .option('--url <url>', 'where the service is', 'http://127.0.0.1:3000')
    .option('--token-file <file>', 'where the token is; by default in the environment variable PILOT_TOKEN')
    .option('--batch-size <count>', 'the most events in one request', '500')
    .option('--max-wait <time>', 'how long to wait for a service that cannot take a batch', '10m')
    .option('--restart', 'begin with the first line again, which never stores anything twice');
  perform(send, input, async ({ file, url, tokenFile, batchSize, maxWait, restart }, progress) => {
    const client = new BatchClient({
      url,
      token: await readToken(tokenFile),
      maxWaitSeconds: maxWait,
      progress,
    });
    await access(file, constants.R_OK).catch(unreadable);
    const journal = await SendingJournal.open(file, url, restart).catch(unreadable);
    await sendEvents(file, batchSize, client, journal, progress).catch(unreadable);
    const { created, updated, replayed, rejected } = journal.progress;
    const all = created + updated + replayed + rejected;
    const { rejectedFile } = journal;
    return {
      data: {
        events: all,
        created,
        updated,
        replayed,
        rejected,
        rejected_file: rejected > 0 ? rejectedFile : null,
      },
      text: `${created} created, ${updated} updated, ${replayed} replayed, ${rejected} rejected.`,
      failure: rejected > 0 ? `${rejected} of ${all} events were rejected; see ${rejectedFile}.` : undefined,
    };
  });
}

async function readToken(file: string | undefined): Promise<string> {
  const text =
    file === undefined ? readSettings().PILOT_TOKEN : await readFile(file, 'utf8').catch(unreadable);
  const token = text?.trim();
  if (!token) {
    throw new CommandFailure(
      'A token is needed, in the environment variable PILOT_TOKEN or in the file that --token-file names.',
    );
  }
  // What cannot stand in a header would otherwise be quoted by the error about it.
  if (!/^[\w.~+/=-]+$/.test(token))
    throw new CommandFailure('The token is not one: it has other characters.');
  return token;
}

/** Says which of the files that people name is meant, as far as the system tells. */
function unreadable(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOENT') throw new CommandFailure('The file does not exist.');
  if (error.code === 'EACCES' || error.code === 'EISDIR')
    throw new CommandFailure('The file cannot be read.');
  throw error;
}
