import type { FastifyRequest } from 'fastify';
import { StorageFailure } from '../errors.ts';

/** One piece of work among those that share a transaction, and who asked for it. */
export interface Member<Item> {
  request: FastifyRequest;
  item: Item;
}

/** What became of a member. `again`: another writer was faster, the next transaction sees what it wrote. */
export type Outcome<Result> = { result: Result } | { refusal: Error } | 'again';

export interface GroupCommitOptions<Item, Result> {
  /** Does the work of all members in one transaction; the outcomes come in their order. `since`: when the oldest arrived. */
  run(members: readonly Member<Item>[], since: number): Promise<readonly Outcome<Result>[]>;
  /** Made for whoever has stood in line for too long. */
  refused(): Error;
  /** How many stand in line when there is no more room, and how many milliseconds each of them has patience. */
  line: number;
  patienceMs: number;
  /** Transactions at a time, and members of one of them. */
  transactions: number;
  members: number;
}

interface Waiting<Item, Result> extends Member<Item> {
  arrived: number;
  /** Transactions in which another writer was faster. */
  misses: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** What another writer took is there for the next transaction. Where it still is not, something swallows rows. */
const mostMisses = 2;

/**
 * Group commit: whoever arrives while a transaction is under way goes into the next one, together with all who did. Whoever
 * finds nobody before them goes at once. Reads share in the same way. When a transaction fails for a reason that may be one member's alone, its members
 * go one by one, so that nobody pays for another's fault.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #underWay = 0;
  #isGathering = false;
  #patience: NodeJS.Timeout | undefined;

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  get hasRoom(): boolean {
    return this.#waiting.length < this.#options.line;
  }

  /** @throws what `run` refused or threw, or `refused()` */
  submit(request: FastifyRequest, item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, item, arrived: performance.now(), misses: 0, resolve, reject });
      this.#watch();
      this.#next();
    });
  }

  /** Starts the next transaction, once this turn of the event loop has brought in all that it has. */
  #next(): void {
    const { transactions, members } = this.#options;
    if (this.#isGathering || this.#underWay >= transactions || this.#waiting.length === 0) return;
    this.#isGathering = true;
    setImmediate(() => {
      this.#isGathering = false;
      this.#underWay += 1;
      void this.#settle(this.#waiting.splice(0, members)).finally(() => {
        this.#underWay -= 1;
        this.#next();
      });
      this.#next();
    });
  }

  async #settle(group: readonly Waiting<Item, Result>[]): Promise<void> {
    const [oldest] = group;
    if (!oldest) return;
    try {
      const outcomes = await this.#options.run(group, oldest.arrived);
      const again: Waiting<Item, Result>[] = [];
      group.forEach((member, index) => {
        const outcome = outcomes[index];
        if (outcome === 'again' && member.misses < mostMisses) {
          member.misses += 1;
          again.push(member);
        } else if (typeof outcome === 'object' && 'result' in outcome) member.resolve(outcome.result);
        else member.reject(typeof outcome === 'object' ? outcome.refusal : new StorageFailure('defect'));
      });
      this.#waiting.unshift(...again);
      this.#watch();
    } catch (error) {
      if (group.length > 1 && mayBeOnes(error))
        await Promise.all(group.map((member) => this.#settle([member])));
      else for (const { reject } of group) reject(error);
    }
  }

  /** Sends away whoever has waited for too long; the line is in the order of arrival. */
  #watch(): void {
    const [first] = this.#waiting;
    if (this.#patience || !first) return;
    const { patienceMs, refused } = this.#options;
    const leavesIn = first.arrived + patienceMs - performance.now();
    this.#patience = setTimeout(
      () => {
        this.#patience = undefined;
        const tooOld = performance.now() - patienceMs;
        const staying = this.#waiting.findIndex(({ arrived }) => arrived > tooOld);
        const leaving = this.#waiting.splice(0, staying < 0 ? this.#waiting.length : staying);
        for (const { reject } of leaving) reject(refused());
        this.#watch();
      },
      Math.max(1, leavesIn),
    );
  }
}

/** Whether a transaction failed for a reason that may lie with one of its members. */
function mayBeOnes(error: unknown): boolean {
  if (!(error instanceof StorageFailure)) return true;
  return !['unavailable', 'outcome_unknown', 'overload', 'missing_table'].includes(error.meaning);
}
