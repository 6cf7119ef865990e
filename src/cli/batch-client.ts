import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type BatchResult, batchAnswer } from '../capabilities/events/batch/schema.ts';
import { CommandFailure } from './failure.ts';
import { parseJson } from './json.ts';
import type { Progress } from './progress.ts';

export interface BatchClientOptions {
  url: string;
  token: string;
  /** How long one batch is tried for. */
  maxWaitSeconds: number;
  progress: Progress;
}

const answersWithinMs = 60_000;
const longestPauseMs = 30_000;
/** Answers after which the same batch is sent again: too often, too slow, or nobody there, also behind a proxy. */
const passing: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);
const problem = z.looseObject({ type: z.string().regex(/^\/problems\/[a-z-]+$/) });

interface Answer {
  status: number;
  retryAfterSeconds: number | undefined;
  body: unknown;
}

/** Sends batches to a running service. */
export class BatchClient {
  readonly #options: BatchClientOptions;

  constructor(options: BatchClientOptions) {
    this.#options = options;
  }

  /** The results of a batch, however often it has to be sent: that is always safe. @throws CommandFailure */
  async send(events: readonly Buffer[]): Promise<BatchResult[]> {
    const { maxWaitSeconds, progress } = this.#options;
    const separated = events.flatMap((event, index) => (index === 0 ? [event] : [Buffer.from(','), event]));
    const body = Buffer.concat([Buffer.from('{"events":['), ...separated, Buffer.from(']}')]);
    const giveUpAt = performance.now() + maxWaitSeconds * 1000;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#post(body);
      if (answer && !passing.has(answer.status)) return resultsIn(answer, events.length);
      const happened = answer ? `the service answers ${answer.status}` : 'the service cannot be reached';
      const waitMs = answer?.retryAfterSeconds
        ? answer.retryAfterSeconds * 1000
        : Math.min(500 * 2 ** attempt, longestPauseMs);
      if (performance.now() + waitMs > giveUpAt) {
        throw new CommandFailure(
          `There was no progress for ${maxWaitSeconds} seconds, because ${happened}; what was sent is remembered, so the command can be repeated.`,
        );
      }
      progress.say(`Waiting, because ${happened}`);
      await pause(waitMs);
    }
  }

  /** One attempt; undefined when the connection failed, or nobody answered in time. */
  async #post(body: Buffer): Promise<Answer | undefined> {
    try {
      const response = await fetch(`${this.#options.url}/api/v1/pilot/events/batch`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.#options.token}`, 'content-type': 'application/json' },
        body,
        // The token is for this address and for no other.
        redirect: 'manual',
        signal: AbortSignal.timeout(answersWithinMs),
      });
      const text = await response.text();
      return {
        status: response.status,
        retryAfterSeconds: z.coerce
          .number()
          .positive()
          .optional()
          .catch(undefined)
          .parse(response.headers.get('retry-after') ?? undefined),
        body: parseJson(text),
      };
    } catch (error) {
      // The connection failed: fetch says so with a TypeError, and a signal with its reason.
      if (error instanceof TypeError || error instanceof DOMException) return undefined;
      throw error;
    }
  }
}

function resultsIn({ status, body }: Answer, expected: number): BatchResult[] {
  const { data } = batchAnswer.safeParse(body);
  if (status === 200 && data?.results.length === expected) return data.results;
  if (status === 401) {
    throw new CommandFailure(
      'The service does not accept the token; what was sent is remembered, so the command can be repeated with a good one.',
    );
  }
  const refusal = problem.safeParse(body).data;
  if (!refusal) throw new CommandFailure(`What answers at this address (with ${status}) is not the service.`);
  throw new CommandFailure(
    `The service refused a batch with ${status} ${refusal.type.replace('/problems/', '')}.`,
  );
}
