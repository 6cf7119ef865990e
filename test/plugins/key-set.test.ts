import { createHmac, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import t, { type Test } from 'tap';
import { startTestService, type TestService } from '../support/service.ts';
import { refused } from './support/refused.ts';
import { moveClockAhead } from './support/time-travel.ts';

interface SigningKey {
  kid: string;
  alg: string;
  privateKey: KeyObject;
  jwk: object;
}

function makeKey(kid: string, alg: 'RS256' | 'ES256' | 'EdDSA' = 'ES256'): SigningKey {
  const { publicKey, privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : alg === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}

const sign = ({ kid, alg, privateKey }: SigningKey) =>
  new SignJWT({ sub: randomUUID() })
    .setProtectedHeader({ alg, kid })
    .setExpirationTime('1h')
    .sign(privateKey);

/** A real identity provider whose answer the test changes, and the service that believes it. */
async function startWithProvider(t: Test, keys: object[]) {
  const provider = { fetches: 0, status: 200, headers: {} as Record<string, string>, keys };
  const server = createServer((_request, response) => {
    provider.fetches += 1;
    response.writeHead(provider.status, { 'content-type': 'application/json', ...provider.headers });
    response.end(JSON.stringify({ keys: provider.keys }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const service = await startTestService(t, { config: { tokenKey: { kind: 'jwks', url } } });
  return { provider, service, url };
}

const knock = (service: TestService, token: string) => service.send('GET', '/nothing', { token });

const inHalfAMinute = 31_000;

t.test('the keys of the set are chosen by kid and fetched once', async (t) => {
  const keys = [makeKey('rsa', 'RS256'), makeKey('ec', 'ES256'), makeKey('ed', 'EdDSA')];
  const { provider, service } = await startWithProvider(
    t,
    keys.map(({ jwk }) => jwk),
  );
  for (const key of keys) refused(t, await knock(service, await sign(key)), 'not-found', key.alg);
  const [rsa, ec] = keys as [SigningKey, SigningKey];
  const mixedUp = { ...rsa, kid: ec.kid };
  refused(t, await knock(service, await sign(mixedUp)), 'unauthenticated', 'under the kid of another key');
  t.equal(provider.fetches, 1);
});

t.test('symmetric keys in the set are ignored, and so are tokens signed with them', async (t) => {
  const secret = 'a symmetric key that has no place in a public key set';
  const good = makeKey('good');
  const oct = { kty: 'oct', kid: 'oct', alg: 'HS256', k: Buffer.from(secret).toString('base64url') };
  const { service } = await startWithProvider(t, [oct, good.jwk]);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', kid: 'oct' })}.${part({ sub: randomUUID(), exp: Date.now() / 1000 + 60 })}`;
  const forged = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  refused(t, await knock(service, forged), 'unauthenticated');
  refused(t, await knock(service, await sign(good)), 'not-found');
});

t.test('unknown kids cause at most one fetch per 30 seconds, and a rotated key is found by it', async (t) => {
  const [first, second] = [makeKey('first'), makeKey('second')];
  const { provider, service } = await startWithProvider(t, [first.jwk]);
  refused(t, await knock(service, await sign(first)), 'not-found');
  provider.keys = [second.jwk];
  for (const kid of ['x', 'y', 'second']) {
    refused(t, await knock(service, await sign({ ...second, kid })), 'unauthenticated', kid);
  }
  t.equal(provider.fetches, 1, 'nothing was fetched within 30 seconds of the first');

  moveClockAhead(t, inHalfAMinute);
  refused(t, await knock(service, await sign(second)), 'not-found', 'after 30 seconds');
  for (const kid of ['x', 'y']) {
    refused(t, await knock(service, await sign({ ...second, kid })), 'unauthenticated', kid);
  }
  refused(t, await knock(service, await sign(first)), 'unauthenticated', 'a withdrawn key');
  t.equal(provider.fetches, 2, 'one more fetch served all of them');
});

t.test(
  'while the provider is away known keys go on working, and unknown kids do not make us hammer it',
  async (t) => {
    const known = makeKey('known');
    const { provider, service } = await startWithProvider(t, [known.jwk]);
    refused(t, await knock(service, await sign(known)), 'not-found');
    provider.status = 500;
    moveClockAhead(t, inHalfAMinute);
    for (const kid of ['x', 'y', 'z']) {
      refused(t, await knock(service, await sign({ ...known, kid })), 'unauthenticated', kid);
    }
    t.equal(provider.fetches, 2, 'one failed fetch for all unknown kids');
    refused(t, await knock(service, await sign(known)), 'not-found', 'the known key');
  },
);

t.test('keys that are old are fetched again first, so that a withdrawn one goes', async (t) => {
  const withdrawn = makeKey('withdrawn');
  const { provider, service } = await startWithProvider(t, [withdrawn.jwk]);
  refused(t, await knock(service, await sign(withdrawn)), 'not-found');
  provider.keys = [makeKey('new').jwk];
  moveClockAhead(t, 11 * 60_000);
  refused(t, await knock(service, await sign(withdrawn)), 'unauthenticated');
  t.equal(provider.fetches, 2);
});

t.test('a redirect is not followed', async (t) => {
  const key = makeKey('key');
  const target = await startWithProvider(t, [key.jwk]);
  const { provider, service } = await startWithProvider(t, [key.jwk]);
  Object.assign(provider, { status: 302, headers: { location: target.url } });
  refused(t, await knock(service, await sign(key)), 'unavailable');
  t.equal(target.provider.fetches, 0);
});

t.test(
  'without any keys, a good token is 503 with Retry-After and without the address; garbage stays 401',
  async (t) => {
    const url = 'http://127.0.0.1:1/keys';
    const service = await startTestService(t, { config: { tokenKey: { kind: 'jwks', url } } });
    const answer = await knock(service, await sign(makeKey('any')));
    refused(t, answer, 'unavailable');
    t.match(answer.headers.get('retry-after'), /^\d+$/);
    t.notMatch(answer.text + service.log(), /127\.0\.0\.1:1/);
    t.match(service.log(), /key_set_unavailable/);
    refused(t, await knock(service, 'garbage'), 'unauthenticated');
  },
);

for (const [what, body] of Object.entries({ 'not a key set': '[]', 'not JSON': '<html>', empty: '' })) {
  t.test(`a provider that answers what is ${what} counts as away`, async (t) => {
    const server = createServer((_request, response) => response.end(body));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    t.teardown(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const service = await startTestService(t, { config: { tokenKey: { kind: 'jwks', url } } });
    refused(t, await knock(service, await sign(makeKey('any'))), 'unavailable');
  });
}
