import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../../errors.ts';
import { meansUnavailable, problemBodyOf, toProblem } from '../../../plugins/problem-details.ts';
import type { CheckedEvent } from './read-batch.ts';
import type { BatchResult } from './schema.ts';

/** Events that are under way at the same time: no more than have room, with those of others, in a capability's queue. */
const portionSize = 200;

/**
 * Records the events of a batch, each in the way that a single request takes, many at the same time. Where two of them touch
 * the same thing, the later one begins when the earlier one is settled: all come out as if sent one after the other.
 * None is begun after `latestStart`, or when the caller is gone.
 * @throws the reason for which nobody can be served now (503); what was recorded until then stays
 */
export async function recordBatch(
  request: FastifyRequest,
  events: readonly CheckedEvent[],
  latestStart: number,
): Promise<BatchResult[]> {
  const outages: unknown[] = [];
  const rejected = (index: number, { id, kind }: CheckedEvent, problem: Problem): BatchResult => {
    request.server.signals.eventRefused(problem, kind);
    return { index, id, status: 'rejected', problem: problemBodyOf(problem, request.id) };
  };
  const record = async (event: CheckedEvent, index: number): Promise<BatchResult[]> => {
    if ('problem' in event) return [rejected(index, event, event.problem)];
    if (performance.now() > latestStart || request.socket.destroyed) outages.push(unfinished());
    if (outages.length > 0) return [];
    try {
      return [{ index, ...(await event.accepted.record(request)) }];
    } catch (error) {
      if (!meansUnavailable(error)) return [rejected(index, event, toProblem(error, request))];
      outages.push(error);
      return [];
    }
  };

  const results: BatchResult[] = [];
  for (let from = 0; from < events.length; from += portionSize) {
    const underWay = new Map<string, Promise<unknown>>();
    const portion = events.slice(from, from + portionSize).map((event, offset) => {
      const touches = 'accepted' in event ? event.accepted.touches : [];
      const earlier = touches.flatMap((thing) => underWay.get(thing) ?? []);
      const settled = Promise.all(earlier).then(() => record(event, from + offset));
      for (const thing of touches) underWay.set(thing, settled);
      return settled;
    });
    results.push(...(await Promise.all(portion)).flat());
    if (outages.length > 0) throw outages[0];
    await nextTurn();
  }
  return results;
}

function unfinished(): Problem {
  return new Problem(
    'unavailable',
    'The batch could not be finished in time. Send it again: nothing of it is stored twice.',
    { retryAfterSeconds: 1 },
  );
}
