import jwt, { type FastifyJWTOptions, type TokenOrHeader } from '@fastify/jwt';
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import plugin from 'fastify-plugin';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { TokenKey } from '../config.ts';
import { Problem } from '../errors.ts';
import { keySetAlgorithms, remoteKeySet } from './key-set.ts';
import { logEvent } from './logging.ts';

const clockToleranceSeconds = 30;
const longestLifeSeconds = 366 * 24 * 60 * 60;

/** What this service reads from a token. Roles are rows in the database, never claims (spec 2.2). */
const claims = z.object({
  sub: z.guid().toLowerCase(),
  exp: z.number(),
  iat: z.number().optional(),
});

export interface AuthenticationOptions {
  tokenKey: TokenKey;
  issuer: string | undefined;
  audience: string | undefined;
  clock: Clock;
}

/**
 * Verifies the bearer token and leaves the caller's id on the request. The algorithms follow from the configured key
 * alone; `sub` and `exp` are required; nothing is cached; why a token failed is not told.
 */
export default plugin(
  async (app, { tokenKey, issuer, audience, clock }: AuthenticationOptions) => {
    app.decorateRequest('callerId', '');
    await app.register(jwt, {
      ...keyOptions(tokenKey, () => logEvent(app.log, 'warn', 'key_set_unavailable')),
      verify: {
        algorithms: algorithmsOf(tokenKey),
        requiredClaims: ['sub', 'exp', ...(issuer ? ['iss'] : []), ...(audience ? ['aud'] : [])],
        clockTolerance: clockToleranceSeconds * 1000,
        cache: false,
        ...(issuer && { allowedIss: issuer }),
        ...(audience && { allowedAud: audience }),
      },
    });

    app.decorate('authenticate', async (request: FastifyRequest) => {
      const payload = await request.jwtVerify().catch((error: unknown) => {
        throw error instanceof Problem ? error : unauthenticated();
      });
      const token = claims.safeParse(payload);
      if (!token.success) throw unauthenticated();
      const { sub, exp, iat = 0 } = token.data;
      const now = clock().getTime() / 1000;
      const fromTheFuture = iat > now + clockToleranceSeconds;
      if (fromTheFuture || exp > now + longestLifeSeconds) throw unauthenticated();
      request.callerId = sub;
    });
  },
  { name: 'authentication' },
);

function unauthenticated(): Problem {
  return new Problem('unauthenticated', 'Send a valid token as "Authorization: Bearer ...".');
}

function algorithmsOf(key: TokenKey): ('HS256' | 'RS256' | 'ES256' | 'EdDSA')[] {
  if (key.kind === 'secret') return ['HS256'];
  return key.kind === 'public-key' ? [key.algorithm] : [...keySetAlgorithms];
}

function keyOptions(key: TokenKey, onUnavailable: () => void): Pick<FastifyJWTOptions, 'secret' | 'decode'> {
  if (key.kind === 'secret') return { secret: key.secret };
  if (key.kind === 'public-key') return { secret: { public: key.pem } };
  const pemFor = remoteKeySet(key.url, onUnavailable);
  return {
    decode: { complete: true },
    secret: {
      public: (_request: FastifyRequest, token: TokenOrHeader) =>
        pemFor('header' in token ? token.header : token),
    },
  };
}

declare module 'fastify' {
  interface FastifyInstance {
    authenticate: onRequestAsyncHookHandler;
  }
  interface FastifyRequest {
    /** The verified caller: a UUID in lower case. */
    callerId: string;
  }
}
