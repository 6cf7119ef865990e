import { CircuitState, ConsecutiveBreaker, circuitBreaker, fallback, handleAll, wrap } from 'cockatiel';
import type { FastifyBaseLogger } from 'fastify';
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { logEvent } from './logging.ts';

/** What was counted under one key since its window began, and when the window ends. */
export interface Window {
  count: number;
  endsInMs: number;
}

/** Windows that this process counts by itself. */
export interface OwnWindows {
  add(key: string, units: number): Window;
  /** Takes units off that were added a moment ago. */
  giveBack(key: string, units: number): void;
}

/** Windows that all replicas count together. */
export interface SharedWindows {
  connect(): Promise<void>;
  /** Undefined while Redis is away. */
  add(key: string, units: number): Promise<Window | undefined>;
  giveBack(key: string, units: number): Promise<void>;
  disconnect(): void;
}

/** A flood of addresses costs this many windows of memory; whoever was not seen for longest is forgotten. */
const mostOwnWindows = 20_000;

/** Keeps windows in memory. A window begins with its first unit. */
export function ownWindows(windowSeconds: number): OwnWindows {
  const counts = new LRUCache<string, number>({
    max: mostOwnWindows,
    ttl: windowSeconds * 1000,
    ttlResolution: 0,
    noUpdateTTL: true,
  });
  return {
    add(key, units) {
      const count = (counts.get(key) ?? 0) + units;
      counts.set(key, count);
      return { count, endsInMs: counts.getRemainingTTL(key) };
    },
    giveBack(key, units) {
      const count = counts.get(key);
      if (count !== undefined) counts.set(key, count - units);
    },
  };
}

const answersWithinMs = 250;
const triesAgainAfterMs = 1_000;

/**
 * Keeps windows in Redis or Valkey. The first failure opens a breaker, so that an outage holds up no more than the requests
 * under way when it begins, and one in a second after that; it is logged once, and so is its end.
 */
export function sharedWindows(url: string, windowSeconds: number, log: FastifyBaseLogger): SharedWindows {
  const client = new Redis(url, {
    lazyConnect: true,
    // A count that arrives late is wrong: nothing waits for a connection, and nothing is sent twice.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // A server that still loads its data says so by itself; the start must not wait for it.
    enableReadyCheck: false,
    commandTimeout: answersWithinMs,
    disconnectTimeout: answersWithinMs,
    connectTimeout: triesAgainAfterMs,
    socketTimeout: triesAgainAfterMs,
    retryStrategy: (attempt) => Math.min(attempt * 100, triesAgainAfterMs),
    // After a failover, the name leads to the new primary only when it is looked up anew.
    reconnectOnError: (error) => codeOf(error) === 'READONLY',
  });
  const limiter = new RateLimiterRedis({
    storeClient: client,
    keyPrefix: 'pilot-evidence:limit',
    // It only counts; who asks compares.
    points: Number.MAX_SAFE_INTEGER,
    duration: windowSeconds,
  });
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: triesAgainAfterMs,
    breaker: new ConsecutiveBreaker(1),
  });

  let connectionError: unknown;
  // The breaker opens anew after each try that fails.
  let isAway = false;
  client.on('error', (error) => {
    connectionError = error;
  });
  client.on('ready', () => {
    connectionError = undefined;
  });
  breaker.onBreak((reason) => {
    if (isAway) return;
    isAway = true;
    const failure = 'error' in reason ? reason.error : undefined;
    logEvent(log, 'warn', 'rate_limit_store_away', { code: codeOf(failure) ?? codeOf(connectionError) });
  });
  breaker.onReset(() => {
    isAway = false;
    logEvent(log, 'info', 'rate_limit_store_back');
  });

  const orUndefined = wrap(fallback(handleAll, undefined), breaker);
  /** The answer to `question`, or undefined while Redis is away; whoever tries again does so alone. */
  const ask = async <Answer>(question: () => Promise<Answer>): Promise<Answer | undefined> =>
    breaker.state === CircuitState.HalfOpen ? undefined : orUndefined.execute(question);

  return {
    async connect() {
      await ask(() => client.connect());
    },
    async add(key, units) {
      const result = await ask(() => limiter.consume(key, units));
      return result && { count: result.consumedPoints, endsInMs: result.msBeforeNext };
    },
    async giveBack(key, units) {
      await ask(() => limiter.reward(key, units));
    },
    disconnect() {
      client.disconnect();
    },
  };
}

/** The code word of Redis (READONLY, NOAUTH) or of the system (ECONNREFUSED); never a message. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'ReplyError' ? /^[A-Z]+/.exec(error.message)?.[0] : undefined;
}
