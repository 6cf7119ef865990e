import { isUtf8 } from 'node:buffer';
import { stat } from 'node:fs/promises';
import type { BatchResult } from '../capabilities/events/batch/schema.ts';
import { problemTypes } from '../errors.ts';
import { httpLimits } from '../http-limits.ts';
import type { BatchClient } from './batch-client.ts';
import { type EventLine, EventLines } from './event-lines.ts';
import { CommandFailure } from './failure.ts';
import { parseJson } from './json.ts';
import type { Progress } from './progress.ts';
import type { SendingJournal, SendingProgress } from './sending-progress.ts';

/** A batch is closed while one more line of any length still fits. */
const fullBytes = httpLimits.batchBytes - httpLimits.bodyBytes - 1024;

/** Lines that go together: those to be sent, and those that are rejected here. */
interface Batch {
  events: { line: EventLine; text: Buffer }[];
  rejected: { line: EventLine; reason: string }[];
  bytes: number;
  /** Up to where the file is in it. */
  reached: { bytes: number; lines: number; sha256: string } | undefined;
}

const emptyBatch = (): Batch => ({ events: [], rejected: [], bytes: 0, reached: undefined });

/**
 * Sends the events of a file, one in each line, in order. After each batch it is on record how far that was, so that another
 * run goes on from there. @throws CommandFailure
 */
export async function sendEvents(
  file: string,
  batchSize: number,
  client: BatchClient,
  journal: SendingJournal,
  progress: Progress,
): Promise<void> {
  const { size } = await stat(file);
  const lines = new EventLines(file, httpLimits.bodyBytes);
  const { bytes: sentBytes, sha256 } = journal.progress;
  let isSame = sentBytes === 0;
  let batch = emptyBatch();

  const flush = async (isComplete: boolean) => {
    const results = batch.events.length > 0 ? await client.send(batch.events.map(({ text }) => text)) : [];
    const counts = countsAfter(journal.progress, batch, results);
    await journal.advance(
      { ...journal.progress, ...batch.reached, ...counts, is_complete: isComplete },
      rejectedLines(batch, results),
    );
    batch = emptyBatch();
    progress.say(describeProgress(journal.progress, size));
  };

  for await (const line of lines) {
    if (line.end <= sentBytes) {
      isSame = line.end === sentBytes && lines.digest === sha256;
      continue;
    }
    if (!isSame) throw changed();
    batch.reached = { bytes: line.end, lines: line.number, sha256: lines.digest };
    add(batch, line);
    if (batch.events.length + batch.rejected.length >= batchSize || batch.bytes > fullBytes)
      await flush(false);
  }
  if (!isSame) throw changed();
  await flush(true);
}

function changed(): CommandFailure {
  return new CommandFailure(
    'The part of the file that was sent has changed since; restore it, or send the whole file with --restart.',
  );
}

function add(batch: Batch, line: EventLine): void {
  const { text } = line;
  if (!text) batch.rejected.push({ line, reason: 'The line is longer than 64 KiB.' });
  else if (text.toString('latin1').trim() === '') return;
  else if (!isUtf8(text) || parseJson(text.toString()) === undefined)
    batch.rejected.push({ line, reason: 'The line is not JSON in UTF-8.' });
  else {
    batch.events.push({ line, text });
    batch.bytes += text.length + 1;
  }
}

function countsAfter(before: SendingProgress, { rejected }: Batch, results: readonly BatchResult[]) {
  const more = (status: BatchResult['status']) => results.filter((result) => result.status === status).length;
  return {
    created: before.created + more('created'),
    updated: before.updated + more('updated'),
    replayed: before.replayed + more('replayed'),
    rejected: before.rejected + more('rejected') + rejected.length,
  };
}

/** What was rejected, with the reasons, in the order of the lines. */
function rejectedLines({ events, rejected }: Batch, results: readonly BatchResult[]): Buffer {
  const { status, title } = problemTypes['malformed-json'];
  const here = rejected.map(({ line: { number, text }, reason }) => {
    const problem = { type: '/problems/malformed-json', title, status, detail: reason };
    return {
      number,
      written: Buffer.from(JSON.stringify({ line: number, problem, text: text?.toString() })),
    };
  });
  const there = results.flatMap((result) => {
    const event = events[result.index];
    if (result.status !== 'rejected' || !event) return [];
    const head = `{"line":${event.line.number},"problem":${JSON.stringify(result.problem)},"event":`;
    // As it stood in its line: what is written anew would not show a field that is there twice.
    return [
      {
        number: event.line.number,
        written: Buffer.concat([Buffer.from(head), event.text, Buffer.from('}')]),
      },
    ];
  });
  const all = [...here, ...there].toSorted((a, b) => a.number - b.number);
  return Buffer.concat(all.flatMap(({ written }) => [written, Buffer.from('\n')]));
}

const barLength = 24;

function describeProgress({ bytes, lines, rejected }: SendingProgress, size: number): string {
  const share = size === 0 ? 1 : Math.min(1, bytes / size);
  const bar = '#'.repeat(Math.floor(share * barLength)).padEnd(barLength, '.');
  return `[${bar}] ${Math.floor(share * 100)} %, ${lines} lines, ${rejected} rejected`;
}
