import rateLimit from '@fastify/rate-limit';
import type { onRequestAsyncHookHandler } from 'fastify';
import plugin from 'fastify-plugin';
import { Problem } from '../errors.ts';

/** The buckets of spec 2.3. Routes of one bucket share its count. */
export type Bucket = 'events' | 'recompute' | 'scorecard' | 'decisions';

export type RateLimitSettings = Readonly<Record<Bucket, number>>;

const windowSeconds = 60;

/**
 * One handler per bucket (requests per minute and client IP; 0 switches it off), to be listed before authentication.
 * Headers follow the IETF draft: `RateLimit-Policy` says the rule, `RateLimit` what remains, `Retry-After` goes with 429.
 */
export default plugin(
  async (app, { limits }: { limits: RateLimitSettings }) => {
    await app.register(rateLimit, { global: false, timeWindow: windowSeconds * 1000 });

    const limiter = (bucket: Bucket): onRequestAsyncHookHandler => {
      const max = limits[bucket];
      if (max === 0) return async () => undefined;
      const take = app.createRateLimit({ max, timeWindow: windowSeconds * 1000 });
      return async (request, reply) => {
        const taken = await take(request);
        if (taken.isAllowed) return;
        reply.header('ratelimit-policy', `"${bucket}";q=${max};w=${windowSeconds}`);
        reply.header('ratelimit', `"${bucket}";r=${taken.remaining};t=${taken.ttlInSeconds}`);
        if (taken.isExceeded) {
          throw new Problem(
            'rate-limited',
            `At most ${max} of these requests are accepted per minute. Wait, then go on.`,
            {
              retryAfterSeconds: Math.max(1, taken.ttlInSeconds),
            },
          );
        }
      };
    };

    app.decorate('rateLimits', {
      events: limiter('events'),
      recompute: limiter('recompute'),
      scorecard: limiter('scorecard'),
      decisions: limiter('decisions'),
    });
  },
  { name: 'rate-limits' },
);

declare module 'fastify' {
  interface FastifyInstance {
    rateLimits: Readonly<Record<Bucket, onRequestAsyncHookHandler>>;
  }
}
