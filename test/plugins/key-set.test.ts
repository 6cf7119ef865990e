import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import t from 'tap';
import { startTestService } from '../support/service.ts';
import { makeKey, offers, sign, startProvider, startWithProvider } from './support/identity-provider.ts';
import { refused } from './support/refused.ts';
import { moveClockAhead } from './support/time-travel.ts';
import { claims, encode, forge, knock } from './support/tokens.ts';

const inHalfAMinute = 31_000;

t.test('the keys of the set are chosen by kid, and fetched once', async (t) => {
  const [rsa, ec, ed] = [makeKey('rsa', 'RS256'), makeKey('ec', 'ES256'), makeKey('ed', 'EdDSA')];
  const { provider, service } = await startWithProvider(t, offers(rsa.jwk, ec.jwk, ed.jwk));
  for (const key of [rsa, ec, ed]) refused(t, await knock(service, await sign(key)), 'not-found', key.alg);
  const mixedUp = { ...rsa, kid: ec.kid };
  refused(t, await knock(service, await sign(mixedUp)), 'unauthenticated', 'under the kid of another key');
  t.equal(provider.fetches, 1);
});

t.test('they are fetched before the first caller comes', async (t) => {
  const key = makeKey('key');
  const provider = await startProvider(t, offers(key.jwk));
  const asked = provider.asked();
  const service = await startTestService(t, { config: { tokenKey: { kind: 'jwks', url: provider.url } } });
  await asked;
  refused(t, await knock(service, await sign(key)), 'not-found');
  t.equal(provider.fetches, 1);
});

t.test('keys that are not for us are ignored, and so are tokens signed with them', async (t) => {
  const good = makeKey('good');
  const secret = 'a symmetric key that has no place in a public key set';
  const oct = { kty: 'oct', kid: 'oct', alg: 'HS256', k: encode(secret) };
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const shortInput = `${encode({ alg: 'RS256', kid: 'short' })}.${encode(claims)}`;
  const shortSignature = signBytes('sha256', Buffer.from(shortInput), short.privateKey);
  const shortJwk = { ...short.publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256', use: 'sig' };
  const [encrypting, wrapping, leaked] = [makeKey('encrypting'), makeKey('wrapping'), makeKey('leaked')];
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const p384Key = { kid: 'p384', alg: 'ES384', privateKey: p384.privateKey };
  const { provider, service } = await startWithProvider(
    t,
    offers(
      oct,
      shortJwk,
      { ...encrypting.jwk, use: 'enc' },
      { ...wrapping.jwk, use: undefined, key_ops: ['wrapKey'] },
      { ...leaked.privateKey.export({ format: 'jwk' }), kid: 'leaked', alg: 'ES256' },
      { ...p384.publicKey.export({ format: 'jwk' }), kid: 'p384', alg: 'ES384' },
      { kty: 'XYZ', kid: 'new' },
      {},
      good.jwk,
    ),
  );
  refused(t, await knock(service, await sign(good)), 'not-found', 'the one that is for us');
  const forged: Record<string, string> = {
    'a symmetric key': forge(claims, { alg: 'HS256', kid: 'oct' }, secret),
    'a short RSA key': `${shortInput}.${shortSignature.toString('base64url')}`,
    'a key for encryption': await sign(encrypting),
    'a key for wrapping': await sign(wrapping),
    'a private key': await sign(leaked),
    'a key of another curve': await sign({ ...p384Key, jwk: {} }),
  };
  for (const [what, token] of Object.entries(forged))
    refused(t, await knock(service, token), 'unauthenticated', what);
  t.equal(provider.fetches, 1);
});

t.test('no token chooses its own key, and none makes the service ask anybody else', async (t) => {
  const [good, bad] = [makeKey('good'), makeKey('bad')];
  const evil = await startProvider(t, offers({ ...bad.jwk, kid: 'good' }, bad.jwk));
  const { provider, service } = await startWithProvider(t, offers(good.jwk));
  const asGood = { ...bad, kid: 'good' };
  const pem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const forged: Record<string, string> = {
    'with its key inside': await sign(asGood, { jwk: bad.jwk }),
    'with the address of its key set': await sign(asGood, { jku: evil.url }),
    'with the address of its certificate': await sign(asGood, { x5u: evil.url }),
    'with its certificate inside': await sign(asGood, { x5c: [encode(pem)] }),
    'whose kid is an address': await sign({ ...bad, kid: evil.url }),
    'whose kid is a path': await sign({ ...bad, kid: '../../../../dev/null' }),
    'whose kid is SQL': await sign({ ...bad, kid: "x' UNION SELECT 'key' --" }),
    'whose kid is long': await sign({ ...bad, kid: 'k'.repeat(4_000) }),
    'whose kid is a property of every object': await sign({ ...bad, kid: '__proto__' }),
    'whose kid is a list': forge(claims, { alg: 'ES256', kid: ['good'] }),
    'whose kid is null': forge(claims, { alg: 'ES256', kid: null }),
    'with the public key as an HMAC secret': forge(
      claims,
      { alg: 'HS256', kid: 'good' },
      JSON.stringify(good.jwk),
    ),
    'with alg none': `${encode({ alg: 'none', kid: 'good' })}.${encode(claims)}.`,
    'with a signature of zeros': `${(await sign(good)).replace(/[^.]*$/, '')}${encode('\0'.repeat(64))}`,
  };
  for (const [what, token] of Object.entries(forged))
    refused(t, await knock(service, token), 'unauthenticated', what);
  refused(
    t,
    await knock(service, await sign(good, { jku: evil.url, jwk: bad.jwk })),
    'not-found',
    'a good one with all of that',
  );
  t.same([evil.fetches, provider.fetches], [0, 1]);
});

t.test('unknown kids cause at most one fetch per 30 seconds, and a rotated key is found by it', async (t) => {
  const [first, second] = [makeKey('first'), makeKey('second')];
  const { provider, service } = await startWithProvider(t, offers(first.jwk));
  refused(t, await knock(service, await sign(first)), 'not-found');
  provider.behaviour = offers(second.jwk);
  for (const kid of ['x', 'y', 'second']) {
    refused(t, await knock(service, await sign({ ...second, kid })), 'unauthenticated', kid);
  }
  t.equal(provider.fetches, 1, 'nothing was fetched within 30 seconds of the first');

  moveClockAhead(t, inHalfAMinute);
  const tokens = await Promise.all(Array.from({ length: 20 }, () => sign(second)));
  const answers = await Promise.all(tokens.map((token) => knock(service, token)));
  t.same(new Set(answers.map(({ status }) => status)), new Set([404]), 'after 30 seconds, all at once');
  for (const kid of ['x', 'y']) {
    refused(t, await knock(service, await sign({ ...second, kid })), 'unauthenticated', kid);
  }
  refused(t, await knock(service, await sign(first)), 'unauthenticated', 'a withdrawn key');
  t.equal(provider.fetches, 2, 'one more fetch served all of them');
});

t.test('keys that are old are fetched again first, so that a withdrawn one goes', async (t) => {
  const [withdrawn, next] = [makeKey('withdrawn'), makeKey('next')];
  const { provider, service } = await startWithProvider(t, offers(withdrawn.jwk));
  refused(t, await knock(service, await sign(withdrawn)), 'not-found');
  provider.behaviour = offers(next.jwk);
  moveClockAhead(t, 9 * 60_000);
  refused(t, await knock(service, await sign(withdrawn)), 'not-found', 'within ten minutes');
  moveClockAhead(t, 2 * 60_000);
  refused(t, await knock(service, await sign(withdrawn)), 'unauthenticated', 'after ten minutes');
  refused(t, await knock(service, await sign(next)), 'not-found', 'the key that came instead');
  t.equal(provider.fetches, 2);
});
