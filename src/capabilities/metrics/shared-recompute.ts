import type { FastifyRequest } from 'fastify';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { Problem } from '../../errors.ts';
import { readAccessTo, refusalOf } from '../../plugins/authorisation.ts';
import type { Storage } from '../../plugins/storage.ts';
import type { Measured } from '../measure.ts';

export interface SharedRecomputeOptions<Answer> {
  storage: Storage;
  /** Computes and keeps the figures, in a REPEATABLE READ transaction that has the eyes of one who may ask for them. */
  calculate(transaction: Transaction, measured: Measured): Promise<Answer>;
  /** Calculations that are under way or waited for, in all; whoever needs another one is refused. */
  calculations: number;
  /** How many may share one of them. */
  sharers: number;
  /** Milliseconds that a request waits for its calculation to begin. */
  patienceMs: number;
}

/** Somebody who waits for an answer, and only until `patience` ends for the calculation to begin. */
interface Sharer<Answer> {
  request: FastifyRequest;
  patience: NodeJS.Timeout;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Keeps recomputes from piling up. Of one organisation and cycle, and of a whole cycle, one calculation runs at a time. Whoever asks for a window
 * joins the calculation of it that has not begun yet; once it has begun it may not see what they wrote before they asked, so
 * they wait for the next one, together with all who come meanwhile.
 *
 * A calculation is one transaction, which first judges each sharer with the sharer's own eyes: who may not ask is refused, and
 * the others do not notice. Its failure is everybody's. A sharer who hangs up takes nothing from the others.
 */
export class SharedRecompute<Answer> {
  readonly #options: SharedRecomputeOptions<Answer>;
  /** The sharers of each calculation that has not begun, by the window that it measures. */
  readonly #open = new Map<string, Set<Sharer<Answer>>>();
  /** The last calculation of each organisation and cycle, and of each whole cycle; it never rejects. */
  readonly #last = new Map<string, Promise<void>>();
  #calculations = 0;

  constructor(options: SharedRecomputeOptions<Answer>) {
    this.#options = options;
  }

  /** @throws Problem or StorageFailure, the caller's own or that of the calculation */
  async answer(request: FastifyRequest, measured: Measured): Promise<Answer> {
    const { orgId, cycleId, start, end } = measured;
    const line = `${orgId} ${cycleId}`;
    const window = `${line} ${start?.getTime()} ${end?.getTime()}`;
    const sharers = this.#open.get(window) ?? this.#enqueue(line, window, measured);
    if (sharers.size >= this.#options.sharers) throw refused();
    return new Promise((resolve, reject) => {
      const leave = () => {
        sharers.delete(sharer);
        reject(refused());
      };
      const patience = setTimeout(leave, this.#options.patienceMs);
      const sharer: Sharer<Answer> = { request, patience, resolve, reject };
      sharers.add(sharer);
    });
  }

  #enqueue(line: string, window: string, measured: Measured): Set<Sharer<Answer>> {
    if (this.#calculations >= this.#options.calculations) throw refused();
    this.#calculations += 1;
    const sharers = new Set<Sharer<Answer>>();
    this.#open.set(window, sharers);
    const before = this.#last.get(line) ?? Promise.resolve();
    const calculation = before
      .then(() => this.#calculate(window, measured, sharers))
      .finally(() => {
        this.#calculations -= 1;
        if (this.#last.get(line) === calculation) this.#last.delete(line);
      });
    this.#last.set(line, calculation);
    return sharers;
  }

  async #calculate(window: string, measured: Measured, sharers: Set<Sharer<Answer>>): Promise<void> {
    /** Nobody joins from here on. The next calculation of this window, if there is one already, stays open. */
    const close = () => {
      if (this.#open.get(window) === sharers) this.#open.delete(window);
      for (const { patience } of sharers) clearTimeout(patience);
    };
    try {
      const [first] = sharers;
      if (!first) return close();
      const { request } = first;
      const of = measured.orgId === null ? 'cycle' : 'organization';
      const answer = await request.server.signals.recompute(of, () =>
        this.#options.storage.transaction(request, 'snapshot', (transaction) => {
          // In the turn that sends the BEGIN: what was acknowledged to a sharer is committed before the snapshot is taken.
          close();
          return this.#calculateFor(sharers, transaction, measured);
        }),
      );
      if (answer !== undefined) for (const { resolve } of sharers) resolve(answer);
    } catch (error) {
      for (const { reject } of sharers) reject(error);
    } finally {
      close();
    }
  }

  /** The answer for those who may have it; the others are refused and share no longer. */
  async #calculateFor(
    sharers: Set<Sharer<Answer>>,
    transaction: Transaction,
    measured: Measured,
  ): Promise<Answer | undefined> {
    const { orgId } = measured;
    await Promise.all(
      [...sharers].map(async (sharer) => {
        const { request, reject } = sharer;
        const access = await readAccessTo(transaction.as(request.callerId), [orgId]);
        const refusal = refusalOf(access, request, orgId);
        if (!refusal) return;
        sharers.delete(sharer);
        reject(refusal);
      }),
    );
    const [permitted] = sharers;
    return permitted && this.#options.calculate(transaction.as(permitted.request.callerId), measured);
  }
}

function refused(): Problem {
  return new Problem('unavailable', 'Too many recomputes are waiting. Send the request again later.', {
    retryAfterSeconds: 1,
  });
}
