import { createHmac, hkdfSync } from 'node:crypto';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import plugin from 'fastify-plugin';
import { Problem } from '../errors.ts';
import { ownWindows, sharedWindows, type Window } from './rate-limit-windows.ts';

/** The buckets of spec 2.3, and one for what pages read beside the scorecard. Routes of one bucket share its count. */
export type Bucket = 'events' | 'recompute' | 'scorecard' | 'decisions' | 'reads';

export interface RateLimitOptions {
  rateLimits: Readonly<Record<Bucket, number>>;
  /** How many events may come in batches, per minute and client IP; 0 is no limit. */
  batchEventsPerMinute: number;
  /** Where replicas share their counts; without it each has its own. */
  redisUrl: string | undefined;
  /** A secret that the replicas share. */
  entityKeyPepper: string;
}

const windowSeconds = 60;

/**
 * One handler per bucket (requests per minute and client IP; 0 switches it off), to be listed before authentication.
 * Headers follow the IETF draft: `RateLimit-Policy` says the rule, `RateLimit` what remains, `Retry-After` goes with 429.
 */
export default plugin(
  async (app, { rateLimits, batchEventsPerMinute, redisUrl, entityKeyPepper }: RateLimitOptions) => {
    const own = ownWindows(windowSeconds);
    const shared = redisUrl === undefined ? undefined : sharedWindows(redisUrl, windowSeconds, app.log);
    if (shared) {
      app.addHook('onReady', () => shared.connect());
      app.addHook('onClose', async () => shared.disconnect());
    }

    /** Counts here in any case, so that the count goes on from there when the shared one is away. */
    const count = async (key: string, units: number): Promise<Window> => {
      const window = own.add(key, units);
      return (await shared?.add(key, units)) ?? window;
    };
    class Store {
      incr(
        key: string,
        callback: (error: Error | null, result?: { current: number; ttl: number }) => void,
      ): void {
        count(key, 1).then(
          (window) => callback(null, { current: window.count, ttl: window.endsInMs }),
          callback,
        );
      }
      child(): this {
        return this;
      }
    }
    await app.register(rateLimit, { global: false, timeWindow: windowSeconds * 1000, store: Store });

    // An address is personal data: only its HMAC is kept. An IPv6 client has a /64 to itself, and counts as one.
    const secret = Buffer.from(hkdfSync('sha256', entityKeyPepper, '', 'rate limit keys', 32));
    const pseudonymOf = (ip: string) =>
      createHmac('sha256', secret).update(normalizeIP(ip)).digest().toString('base64url', 0, 16);

    const limiter = (bucket: Bucket): onRequestAsyncHookHandler => {
      const max = rateLimits[bucket];
      app.signals.expectBucket(bucket);
      if (max === 0) return async () => undefined;
      const take = app.createRateLimit({
        max,
        keyGenerator: (request) => `${bucket}:${pseudonymOf(request.ip)}`,
      });
      return async (request, reply) => {
        const taken = await take(request);
        if (taken.isAllowed) return;
        tell(reply, { policy: bucket, max, remaining: taken.remaining, endsInSeconds: taken.ttlInSeconds });
        if (taken.isExceeded) {
          app.signals.rateLimited(bucket);
          throw limited(
            `At most ${max} of these requests are accepted per minute. Wait, then go on.`,
            taken.ttlInSeconds,
          );
        }
      };
    };

    app.signals.expectBucket('batch-events');
    // Added first and then looked at, so that of batches that come at the same time no two see the same room.
    app.decorate('limitBatchEvents', async (request: FastifyRequest, reply: FastifyReply, events: number) => {
      const max = batchEventsPerMinute;
      if (max === 0) return;
      const policy = 'batch-events';
      const key = `${policy}:${pseudonymOf(request.ip)}`;
      const { count: counted, endsInMs } = await count(key, events);
      const isExceeded = counted > max;
      const endsInSeconds = Math.ceil(endsInMs / 1000);
      const remaining = Math.max(0, max - counted + (isExceeded ? events : 0));
      tell(reply, { policy, max, remaining, endsInSeconds });
      if (!isExceeded) return;
      own.giveBack(key, events);
      await shared?.giveBack(key, events);
      app.signals.rateLimited(policy);
      throw limited(
        `At most ${max} events are accepted in batches per minute. Wait, then go on, or send fewer at a time.`,
        endsInSeconds,
      );
    });

    app.decorate('rateLimits', {
      events: limiter('events'),
      recompute: limiter('recompute'),
      scorecard: limiter('scorecard'),
      decisions: limiter('decisions'),
      reads: limiter('reads'),
    });
  },
  { name: 'rate-limits', dependencies: ['signals'] },
);

interface State {
  policy: string;
  max: number;
  remaining: number;
  endsInSeconds: number;
}

/** Says the rule and what remains, beside what an earlier limit said. */
function tell(reply: FastifyReply, { policy, max, remaining, endsInSeconds }: State): void {
  const add = (name: string, item: string) =>
    reply.header(name, [reply.getHeader(name) ?? [], item].flat().join(', '));
  add('ratelimit-policy', `"${policy}";q=${max};w=${windowSeconds}`);
  add('ratelimit', `"${policy}";r=${remaining};t=${endsInSeconds}`);
}

function limited(detail: string, endsInSeconds: number): Problem {
  return new Problem('rate-limited', detail, { retryAfterSeconds: Math.max(1, endsInSeconds) });
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts the events of a batch. @throws Problem `rate-limited`, and then none of them counts */
    limitBatchEvents(request: FastifyRequest, reply: FastifyReply, events: number): Promise<void>;
    rateLimits: Readonly<Record<Bucket, onRequestAsyncHookHandler>>;
  }
}
