import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import {
  answerTo,
  type Entry,
  givesUpAfterMs,
  type Knowledge,
  pauseMs,
  pieceOf,
  type Sender,
  type Write,
} from './durability-writers.ts';

/** A client with an offline queue: it sends the same writes in batches, each again and again until it is answered. */

const piecesPerBatch = 40;
const answered = z.object({
  results: z.array(z.object({ status: z.enum(['created', 'updated', 'replayed', 'rejected']) })),
});

/** A write as an event of a batch; undefined for what a batch does not take. */
function eventOf({ method, path, body }: Write): Record<string, unknown> | undefined {
  const [, , kind, id] = path.split('/');
  if (method === 'PATCH') return { ...body, kind: 'referral-update', referral_id: id };
  return path.startsWith('/events/') ? { ...body, kind } : undefined;
}

export async function writeBatches(
  sender: Sender,
  nextNumber: () => number,
  goesOn: () => boolean,
  account: Entry[],
): Promise<void> {
  while (goesOn()) {
    const pieces = Array.from({ length: piecesPerBatch }, () => pieceOf(sender.orgId, nextNumber()));
    const writes = pieces.flat().filter((write) => eventOf(write) !== undefined);
    const batch = { method: 'POST', path: '/events/batch', body: { events: writes.map(eventOf) } } as const;
    const started = performance.now();
    let answer = await answerTo(sender, batch);
    let wasRepeated = false;
    while (answer === undefined || answer.status === 503) {
      if (performance.now() - started > givesUpAfterMs) throw new Error('A batch has no final answer.');
      await setTimeout(pauseMs);
      answer = await answerTo(sender, batch);
      wasRepeated = true;
    }
    const { results } = answered.safeParse(answer.answer).data ?? { results: [] };
    writes.forEach(({ rows, isWrong }, index) => {
      account.push({ rows, knowledge: knowledgeOf(results[index]?.status, isWrong), wasRepeated });
    });
  }
}

function knowledgeOf(status: string | undefined, isWrong = false): Knowledge {
  if (status === undefined || (status === 'rejected') !== isWrong) return 'misanswered';
  return isWrong ? 'refused' : 'acknowledged';
}
