import { finished } from 'node:stream';
import { bulkhead } from 'cockatiel';
import type { onRequestAsyncHookHandler } from 'fastify';
import { Problem } from '../../../errors.ts';
import { turnAway } from '../../../plugins/storage.ts';

/** Batches that are in the house, from their headers to their answers: each takes memory for 2 MiB and what it becomes. */
const mostInside = 16;
/** Batches that are recorded at the same time; more would take all room from single requests. */
const mostAtWork = 2;

/** How many batches there may be, counted before their bodies are read. */
export interface BatchRoom {
  /** Takes a place until the answer is out, or turns the request away after a second. @throws Problem `unavailable` */
  assertRoom: onRequestAsyncHookHandler;
  /** Runs `work` when it is its turn. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function batchRoom(): BatchRoom {
  const turns = bulkhead(mostAtWork, mostInside);
  let inside = 0;
  return {
    async assertRoom(_request, reply) {
      if (inside >= mostInside) {
        const detail = 'Too many batches are being recorded. Send this one again later.';
        await turnAway(new Problem('unavailable', detail, { retryAfterSeconds: 1 }));
      }
      inside += 1;
      // Also when the caller hangs up.
      finished(reply.raw, () => {
        inside -= 1;
      });
    },
    inTurn: (work) => turns.execute(work),
  };
}
