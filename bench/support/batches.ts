import { z } from 'zod';

/** The events of one request, and how many of them are contact attempts. */
export interface Batch {
  events: readonly object[];
  attempts: number;
}

export interface BatchLoad {
  url: string;
  token: string;
  makeBatch(): Batch;
  connections: number;
  seconds: number;
}

const batchAnswer = z.object({ results: z.array(z.object({ status: z.string() })) });

const stored: ReadonlySet<string> = new Set(['created', 'updated']);

/**
 * Sends batches, on every connection the next one as soon as the answer before is there.
 * @returns the rate of stored events, and how many contact attempts were among them
 * @throws Error when an event was not stored
 */
export async function sendBatches(load: BatchLoad): Promise<{ perSecond: number; attempts: number }> {
  const started = performance.now();
  const end = started + load.seconds * 1000;
  const connection = async () => {
    const sent = { events: 0, attempts: 0 };
    while (performance.now() < end) {
      const { events, attempts } = load.makeBatch();
      await sendBatch(load, events);
      sent.events += events.length;
      sent.attempts += attempts;
    }
    return sent;
  };
  const sent = await Promise.all(Array.from({ length: load.connections }, connection));
  const seconds = (performance.now() - started) / 1000;
  const sum = (of: 'events' | 'attempts') => sent.reduce((total, one) => total + one[of], 0);
  return { perSecond: sum('events') / seconds, attempts: sum('attempts') };
}

async function sendBatch({ url, token }: BatchLoad, events: readonly object[]): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  if (answer.status !== 200) throw new Error(`A batch was answered with ${answer.status}.`);
  const { results } = batchAnswer.parse(await answer.json());
  const kept = results.filter(({ status }) => stored.has(status)).length;
  if (kept !== events.length) throw new Error(`Of a batch of ${events.length} events ${kept} were stored.`);
}
