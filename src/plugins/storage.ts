import { setTimeout as pause } from 'node:timers/promises';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  retry,
  wrap,
} from 'cockatiel';
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import plugin from 'fastify-plugin';
import type { Database } from '../database/database.ts';
import type { Transaction, TransactionMode } from '../database/tenant-transaction.ts';
import { Problem, StorageFailure, type StorageMeaning } from '../errors.ts';
import { authorisationTables } from './authorisation.ts';
import { GroupCommit, type Member, type Outcome } from './group-commit.ts';
import { logEvent } from './logging.ts';
import type { BreakerState, StorageRefusal } from './signal-labels.ts';
import { traceTransaction } from './tracing.ts';

/** When a capability stops asking a database that cannot serve it. Data, named and owned by the capability (spec 8). */
export interface BreakerPolicy {
  name: string;
  /** Infrastructure failures in a row that open the breaker. */
  opensAfterFailures: number;
  /** Milliseconds until an open breaker lets one call try again. */
  halfOpenAfterMs: number;
  /** Transactions at a time, and how many more may wait for one of them. */
  concurrency: number;
  queue: number;
  /** Connections of its own, for work that would hold those of the others for long. */
  connections?: number;
  /** Milliseconds one statement may take, where the service's setting is too short for the work. */
  statementTimeoutMs?: number;
}

/** A capability's way to the database: every call is a tenant transaction under the capability's breaker. */
export interface Storage {
  /**
   * Turns a request away when there is no room for it, after a second: whoever asks again at once would otherwise take the
   * time of those who are served. @throws Problem `unavailable`
   */
  assertRoom: onRequestAsyncHookHandler;
  /** Runs `work` with the caller's eyes. @throws Problem or StorageFailure */
  transaction<Result>(
    request: FastifyRequest,
    mode: TransactionMode,
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result>;
  /**
   * Makes a write or a read that shares transactions with whoever asks for the same at the same time: `work` gets all of them,
   * each to be done with its own caller's eyes (`transaction.as`), and says of each what became of it.
   * @returns what does one of them @throws Problem or StorageFailure
   */
  shared<Item, Result>(
    mode: TransactionMode,
    work: SharedWork<Item, Result>,
  ): (request: FastifyRequest, item: Item) => Promise<Result>;
}

/**
 * Decides about the members, and sends what is to be written. What it returns is called when the transaction has succeeded, and
 * says of each of them, in their order, what became of it.
 */
export type SharedWork<Item, Result> = (
  transaction: Transaction,
  members: readonly Member<Item>[],
) => Promise<() => Promise<readonly Outcome<Result>[]>>;

export interface StorageOptions {
  database: Database;
  openPool: (connections: number) => Database;
  statementTimeoutMs: number;
  poolMax: number;
}

const mostContentionRetries = 2;

/**
 * A call takes no longer than one statement may and this on top, waiting for its turn and retries included. With the second
 * that a COMMIT has it stays within 4.5 seconds, and a server that is asked at once has all the time that it may take.
 */
const waitingMs = 900;

const turnedAwayAfterMs = 1_000;

/** Refuses for want of room, after a while: see `assertRoom`. @throws the refusal */
export async function turnAway(refusal: Problem): Promise<never> {
  await pause(turnedAwayAfterMs);
  throw refusal;
}

/** Shared transactions of a capability at a time, and how many requests may share one. */
const sharedTransactions = 2;
const mostSharers = 200;

const stateNames: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
};

const means =
  (...meanings: StorageMeaning[]) =>
  (error: unknown) =>
    error instanceof StorageFailure && meanings.includes(error.meaning);

/** Gives each capability its storage: bulkhead, retry of contention, breaker, deadline, transaction (spec 9). */
export default plugin(
  async (app, { database: shared, openPool, statementTimeoutMs, poolMax }: StorageOptions) => {
    const everyTable = new Set<string>(authorisationTables);
    app.decorate('storageTables', everyTable);
    app.signals.watchPool('shared', () => shared.connections());
    app.decorate('storage', (policy: BreakerPolicy, tables: readonly string[]): Storage => {
      const limit = policy.statementTimeoutMs ?? statementTimeoutMs;
      const patienceMs = limit / 2;
      const database = policy.connections ? openPool(policy.connections) : shared;
      if (database !== shared) app.signals.watchPool(policy.name, () => database.connections());
      const allTables = [...authorisationTables, ...tables];
      for (const table of tables) everyTable.add(table);
      // Whoever waits for a connection inside the pool would look like a failure of the database.
      const room = bulkhead(Math.min(policy.concurrency, policy.connections ?? poolMax), policy.queue);
      const breaker = circuitBreaker(handleWhen(means('unavailable', 'outcome_unknown')), {
        halfOpenAfter: policy.halfOpenAfterMs,
        breaker: new ConsecutiveBreaker(policy.opensAfterFailures),
      });
      const retries = retry(handleWhen(means('contention')), {
        maxAttempts: mostContentionRetries,
        backoff: new ExponentialBackoff({ initialDelay: 10, maxDelay: 100 }),
      });
      const attempts = wrap(retries, breaker);

      let triesAgainAt = 0;
      app.signals.watchBreaker(policy.name, () => stateNames[breaker.state]);
      breaker.onBreak(() => {
        triesAgainAt = Date.now() + policy.halfOpenAfterMs;
        app.signals.breakerOpened(policy.name);
        logEvent(app.log, 'error', 'breaker_opened', { breaker: policy.name });
      });
      breaker.onHalfOpen(() => logEvent(app.log, 'info', 'breaker_half_open', { breaker: policy.name }));
      breaker.onReset(() => logEvent(app.log, 'info', 'breaker_closed', { breaker: policy.name }));
      const refuse = (reason: StorageRefusal): Problem => {
        app.signals.storageRefused(policy.name, reason);
        return refused(reason === 'no_room' ? 1 : Math.ceil(policy.halfOpenAfterMs / 1000));
      };
      // The breaker itself would make them queue behind calls that a frozen server holds, or behind the one that tries again.
      const refuseWhileBroken = () => {
        const waits = breaker.state === CircuitState.Open && Date.now() < triesAgainAt;
        if (waits || breaker.state === CircuitState.HalfOpen) throw refuse('breaker_open');
      };

      /**
       * Runs `call` when there is room for it, or refuses it. Whoever had to wait for longer would start with too little time
       * left: under overload everybody would, and nobody would finish.
       */
      const inTurn = async <Result>(attempts: IPolicy, call: () => Promise<Result>): Promise<Result> => {
        refuseWhileBroken();
        const impatience = new AbortController();
        const tooLate = Promise.withResolvers<never>();
        const timer = setTimeout(() => {
          impatience.abort();
          tooLate.reject(refuse('no_room'));
        }, patienceMs);
        const turn = room.execute(() => {
          clearTimeout(timer);
          refuseWhileBroken();
          return attempts.execute(call);
        }, impatience.signal);
        return Promise.race([turn, tooLate.promise]).finally(() => clearTimeout(timer));
      };

      /** One transaction under the breaker, or several when it may be tried again. */
      const call = async <Result>(
        how: {
          requests: readonly FastifyRequest[];
          mode: TransactionMode;
          since: number;
          isRetried: boolean;
        },
        work: (transaction: Transaction) => Promise<Result>,
      ): Promise<Result> => {
        const { requests, mode, since, isRetried } = how;
        const userId = requests[0]?.callerId ?? '';
        const options = { userId, mode, statementTimeoutMs: limit, deadline: since + limit + waitingMs };
        try {
          // A refusal was decided by a Postgres that answered: for the breaker it is a success.
          const outcome = await inTurn(isRetried ? attempts : breaker, () => {
            const trace = traceTransaction(app.tracing, requests, policy.name, mode);
            return database.transaction({ ...options, watch: trace?.watch }, work).then(
              (value) => {
                trace?.end();
                return { value };
              },
              (error: unknown) => {
                trace?.end(error instanceof StorageFailure ? error : undefined);
                if (means('unavailable', 'outcome_unknown', 'contention')(error)) throw error;
                return { error };
              },
            );
          });
          if ('error' in outcome) throw outcome.error;
          return outcome.value;
        } catch (error) {
          if (error instanceof BrokenCircuitError) throw refuse('breaker_open');
          if (error instanceof BulkheadRejectedError) throw refuse('no_room');
          if (means('missing_table')(error))
            throw (await inTurn(attempts, () => missingTable(database, allTables))) ?? error;
          throw error;
        }
      };

      const lines: { hasRoom: boolean }[] = [];

      return {
        async assertRoom() {
          const isCallable = room.executionSlots > 0 || room.queueSlots > 0;
          if (isCallable && lines.every(({ hasRoom }) => hasRoom)) return;
          await turnAway(refuse('no_room'));
        },
        transaction: (request, mode, work) =>
          call({ requests: [request], mode, since: performance.now(), isRetried: true }, work),
        shared<Item, Result>(mode: TransactionMode, work: SharedWork<Item, Result>) {
          const group = new GroupCommit<Item, Result>({
            async run(members, since) {
              const requests = members.map(({ request }) => request);
              const how = { requests, mode, since, isRetried: members.length === 1 };
              const outcomes = await call(how, (transaction) => work(transaction, members));
              // Not before: the members of one that failed are tried again one by one.
              app.signals.groupCommitted(policy.name, members.length);
              return outcomes();
            },
            refused: () => refuse('no_room'),
            line: policy.queue,
            patienceMs,
            transactions: sharedTransactions,
            members: mostSharers,
          });
          lines.push(group);
          return async (request: FastifyRequest, item: Item) => {
            refuseWhileBroken();
            return group.submit(request, item);
          };
        },
      };
    });
  },
  { name: 'storage', dependencies: ['problem-details', 'signals', 'tracing'] },
);

function refused(retryAfterSeconds: number): Problem {
  return new Problem(
    'unavailable',
    'The service is holding back from its database. Send the request again later.',
    {
      retryAfterSeconds,
    },
  );
}

async function missingTable(database: Database, tables: readonly string[]): Promise<Problem | undefined> {
  const name = await database.missingTable(tables);
  return name === undefined
    ? undefined
    : new Problem(
        'missing-table',
        `The table pilot.${name} does not exist. Run the migrations; nothing was stored.`,
      );
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The storage of one capability, which names the tables it needs beside those of authorisation. */
    storage(policy: BreakerPolicy, tables: readonly string[]): Storage;
    /** Every table that some capability needs. */
    storageTables: ReadonlySet<string>;
  }
}
