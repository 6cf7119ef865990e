import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { SignJWT } from 'jose';
import type { Test } from 'tap';
import { startTestService, type TestService } from '../../support/service.ts';

export interface SigningKey {
  kid: string;
  alg: string;
  privateKey: KeyObject;
  jwk: object;
}

export function makeKey(kid: string, alg: 'RS256' | 'ES256' | 'EdDSA' = 'ES256'): SigningKey {
  const { publicKey, privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : alg === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}

/** A token of somebody that is good for an hour by the process clock, signed with `key`, with anything else in its header. */
export const sign = ({ kid, alg, privateKey }: SigningKey, header: object = {}) =>
  new SignJWT({ sub: randomUUID() })
    .setProtectedHeader({ alg, kid, ...header })
    .setExpirationTime(Math.floor(Date.now() / 1000) + 3600)
    .sign(privateKey);

export type Behaviour = (response: ServerResponse) => void;

/** The behaviour of a provider that works. */
export const offers =
  (...keys: object[]): Behaviour =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
  };

export interface Provider {
  url: string;
  /** What it does with a request; the test changes it. */
  behaviour: Behaviour;
  fetches: number;
  /** Resolves at the next request. */
  asked(): Promise<unknown>;
  /** From now on connections are refused. */
  vanish(): void;
}

/** A real identity provider, which goes when the test ends. */
export async function startProvider(t: Test, behaviour: Behaviour): Promise<Provider> {
  const server = createServer((_request, response) => {
    provider.fetches += 1;
    provider.behaviour(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const vanish = () => {
    server.close();
    server.closeAllConnections();
  };
  t.teardown(vanish);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The provider has no port.');
  const provider: Provider = {
    url: `http://127.0.0.1:${address.port}/keys`,
    behaviour,
    fetches: 0,
    asked: () => once(server, 'request'),
    vanish,
  };
  return provider;
}

/** A provider, and the service that believes it. */
export async function startWithProvider(
  t: Test,
  behaviour: Behaviour,
): Promise<{ provider: Provider; service: TestService }> {
  const provider = await startProvider(t, behaviour);
  const service = await startTestService(t, { config: { tokenKey: { kind: 'jwks', url: provider.url } } });
  return { provider, service };
}
