import jwt, { type FastifyJWTOptions, type TokenOrHeader } from '@fastify/jwt';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import plugin from 'fastify-plugin';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { TokenKey } from '../config.ts';
import { Problem } from '../errors.ts';
import { isRepeated } from '../repeated-headers.ts';
import { keySetAlgorithms, remoteKeySet } from './key-set.ts';
import { logEvent } from './logging.ts';

const clockToleranceSeconds = 30;
const longestLifeSeconds = 366 * 24 * 60 * 60;

/** Ids that the service itself uses in its own transactions, some of them with more rights than people have. */
const reservedIds = /^0{8}-0{4}-0{4}-0{4}-/;

/** What this service reads from a verified token. Roles are rows in the database, never claims (spec 2.2). */
const verifiedToken = z.object({
  header: z.object({
    // What a provider signs for another purpose, such as a logout notice, is not for us (RFC 8725, 3.11).
    typ: z
      .string()
      .regex(/^(application\/)?(at\+)?jwt$/i)
      .optional(),
    crit: z.never().optional(),
  }),
  payload: z.object({
    sub: z
      .guid()
      .toLowerCase()
      .refine((id) => !reservedIds.test(id)),
    exp: z.number(),
    iat: z.number().optional(),
  }),
  // Bits that decoding drops would let one token have several spellings.
  signature: z.string().refine((text) => Buffer.from(text, 'base64url').toString('base64url') === text),
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
      ...keyOptions(app, tokenKey),
      verify: {
        algorithms: algorithmsOf(tokenKey),
        requiredClaims: ['sub', 'exp', ...(issuer ? ['iss'] : []), ...(audience ? ['aud'] : [])],
        clockTolerance: clockToleranceSeconds * 1000,
        cache: false,
        complete: true,
        ...(issuer && { allowedIss: issuer }),
        ...(audience && { allowedAud: audience }),
      },
    });

    // With one fixed key there is nothing to look up by what the token says.
    const verify = async (request: FastifyRequest): Promise<unknown> =>
      tokenKey.kind === 'jwks' ? request.jwtVerify() : app.jwt.verify(app.jwt.lookupToken(request));

    app.decorate('authenticate', async (request: FastifyRequest) => {
      if (isRepeated(request.raw, 'authorization')) throw unauthenticated();
      const verified = await verify(request).catch((error: unknown) => {
        throw error instanceof Problem ? error : unauthenticated();
      });
      const token = verifiedToken.safeParse(verified);
      if (!token.success) throw unauthenticated();
      const { sub, exp, iat = 0 } = token.data.payload;
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

function keyOptions(app: FastifyInstance, key: TokenKey): Pick<FastifyJWTOptions, 'secret' | 'decode'> {
  if (key.kind === 'secret') return { secret: key.secret };
  if (key.kind === 'public-key') return { secret: { public: key.pem } };
  const keySet = remoteKeySet(key.url, () => logEvent(app.log, 'warn', 'key_set_unavailable'));
  // Fetched before the first caller comes; the start does not wait for the provider.
  app.addHook('onReady', (done) => {
    void keySet.refresh();
    done();
  });
  return {
    decode: { complete: true },
    secret: {
      public: (_request: FastifyRequest, token: TokenOrHeader) =>
        keySet.pemFor('header' in token ? token.header : token),
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
