import { createHmac, randomUUID } from 'node:crypto';
import { type Answer, jwtSecret, type TestService } from '../../support/service.ts';

/** Tokens as nobody's library would make them. */
export const now = Math.floor(Date.now() / 1000);
export const claims = { sub: randomUUID(), iat: now, exp: now + 3600 };
export const hs256 = { alg: 'HS256', typ: 'JWT' };

/** A part of a token: an object as JSON, or a text as it is. */
export const encode = (part: unknown) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** A token with any header and claims at all, and an HMAC under `secret`: SHA-256, unless the header asks for another. */
export function forge(
  payload: unknown,
  header: unknown = hs256,
  secret: string | Buffer = jwtSecret,
): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  const [, bits = '256'] = /"alg":"HS(\d{3})"/.exec(JSON.stringify(header)) ?? [];
  return `${signed}.${createHmac(`sha${bits}`, secret).update(signed).digest('base64url')}`;
}

/** Asks for an address that exists for nobody: 404 says that the token was accepted, and asks no database. */
export const knock = (
  service: TestService,
  token?: string,
  headers: Record<string, string> = {},
): Promise<Answer> => service.send('GET', '/nothing', { ...(token !== undefined && { token }), headers });
