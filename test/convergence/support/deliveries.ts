import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Caller } from '../../support/service.ts';
import type { WriteRequest } from '../../support/writes.ts';

/** One way in which the requests of a story arrive. Requests are named by their index. */
export interface Schedule {
  /** Arrivals out of order, of some more than once, of others not at all. */
  early: number[];
  /** One more arrival of each, in any order. */
  order: number[];
  /** How many senders share the arrivals, each one sending the next when it has an answer. */
  senders: number;
  /** A COMMIT that is lost on its way there or back. */
  lost: 'before' | 'after' | null;
}

export function asItHappened(count: number): Schedule {
  return { early: [], order: [...Array(count).keys()], senders: 1, lost: null };
}

export function anySchedule(count: number): fc.Arbitrary<Schedule> {
  const all = [...Array(count).keys()];
  return fc.record({
    early: count === 0 ? fc.constant([]) : fc.array(fc.nat(count - 1), { maxLength: count }),
    order: fc.shuffledSubarray(all, { minLength: count }),
    senders: fc.integer({ min: 1, max: 3 }),
    lost: fc.constantFrom(null, null, null, 'before', 'after'),
  });
}

/** What a sender repeats: what is referred to is not there yet, or nobody knows what became of the request. */
const repeated: readonly number[] = [404, 422, 503];
/** What is final; an update that a later one overtook is refused for good. */
const final: Readonly<Record<WriteRequest['method'], readonly number[]>> = {
  post: [200, 201],
  patch: [200, 409],
};
const mostSends = 500;

/** Sends until every request has a final answer. */
export async function deliver(
  caller: Caller,
  requests: readonly WriteRequest[],
  { early, order, senders }: Schedule,
): Promise<void> {
  const arrivals = [...early, ...order].flatMap((index) => requests[index] ?? []);
  const send = async (sender: number) => {
    const queue = arrivals.filter((_, turn) => turn % senders === sender);
    let sent = 0;
    for (let request = queue.shift(); request; request = queue.shift()) {
      const { method, path, body } = request;
      const { status, text } = await caller[method](path, body);
      if (repeated.includes(status)) queue.push(request);
      else assert.ok(final[method].includes(status), `${method} ${path}: ${text}`);
      sent += 1;
      assert.ok(sent < mostSends, `${method} ${path} is never accepted: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
}
