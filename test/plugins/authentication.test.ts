import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import t from 'tap';
import { contactAttemptBody } from '../support/events.ts';
import { jwtSecret, startTestService, type TestService } from '../support/service.ts';
import { refused } from './support/refused.ts';

const now = Math.floor(Date.now() / 1000);
const day = 24 * 60 * 60;
const claims = { sub: randomUUID(), iat: now, exp: now + 3600 };
const hs256 = { alg: 'HS256', typ: 'JWT' };

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A token with any header and claims at all, with an HMAC under `secret` (SHA-256, unless the header asks for HS512). */
function forge(payload: object, header: Record<string, unknown> = hs256, secret = jwtSecret): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(header.alg === 'HS512' ? 'sha512' : 'sha256', secret)
    .update(signed)
    .digest('base64url')}`;
}

/** An address that exists for nobody: 404 says that the token was accepted, and asks no database. */
const knock = (service: TestService, token?: string, headers: Record<string, string> = {}) =>
  service.send('GET', '/nothing', { ...(token !== undefined && { token }), headers });

const withSecret = await startTestService(t);

t.test('a token signed with the secret is accepted', async (t) => {
  const accepted: Record<string, object> = {
    'with the usual claims': claims,
    'without iat': { ...claims, iat: undefined },
    'with a clock that is a little behind': { ...claims, exp: now - 10 },
    'with a clock that is a little ahead': { ...claims, iat: now + 20, nbf: now + 20 },
    'that lives for 365 days': { ...claims, exp: now + 365 * day },
    'whose sub is not an RFC 9562 UUID': { ...claims, sub: '11111111-2222-3333-4444-555555555555' },
    'with an issuer and an audience nobody asked for': { ...claims, iss: 'x', aud: 'y' },
  };
  for (const [what, payload] of Object.entries(accepted)) {
    refused(t, await knock(withSecret, forge(payload)), 'not-found', what);
  }
  const lowerCase = { authorization: `bearer ${forge(claims)}` };
  refused(
    t,
    await knock(withSecret, undefined, lowerCase),
    'not-found',
    'the scheme in lower case (RFC 9110)',
  );
});

t.test(
  'a token that does not verify is 401, whatever is wrong with it, with one and the same answer',
  async (t) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const [head, body, signature] = forge(claims).split('.');
    const forged: Record<string, string> = {
      'wrong secret': forge(claims, hs256, `${jwtSecret}!`),
      'signed with a public key as the secret': forge(claims, hs256, pem),
      'alg none with a signature': forge(claims, { alg: 'none' }),
      'alg none without a signature': `${encode({ alg: 'none' })}.${encode(claims)}.`,
      'alg None': `${encode({ alg: 'None' })}.${encode(claims)}.`,
      'no alg': forge(claims, { typ: 'JWT' }),
      'an alg of another family': forge(claims, { alg: 'RS256' }),
      'a longer HMAC': forge(claims, { alg: 'HS512' }),
      'a crit header': forge(claims, { ...hs256, crit: ['exp'] }),
      'an unknown crit header': forge(claims, { ...hs256, crit: ['b64'], b64: false }),
      expired: forge({ ...claims, exp: now - 60 }),
      'no exp': forge({ ...claims, exp: undefined }),
      'exp not a number': forge({ ...claims, exp: String(now + 60) }),
      'exp more than 366 days ahead': forge({ ...claims, exp: now + 367 * day }),
      'iat more than 30 seconds ahead': forge({ ...claims, iat: now + 90 }),
      'iat not a number': forge({ ...claims, iat: 'now' }),
      'nbf in the future': forge({ ...claims, nbf: now + 90 }),
      'no sub': forge({ ...claims, sub: undefined }),
      'sub null': forge({ ...claims, sub: null }),
      'sub not a UUID': forge({ ...claims, sub: 'alice' }),
      'sub a UUID and more': forge({ ...claims, sub: `${claims.sub} or more` }),
      'sub a list': forge({ ...claims, sub: [claims.sub] }),
      'changed claims': `${head}.${encode({ ...claims, sub: randomUUID() })}.${signature}`,
      'cut signature': `${head}.${body}.${signature?.slice(0, -2)}`,
      'no signature': `${head}.${body}.`,
      'two parts': `${head}.${body}`,
      'five parts': `${head}.${body}.${signature}.x.y`,
      'not JSON inside': `${Buffer.from('{').toString('base64url')}.${body}.${signature}`,
      'claims not an object': forge(['x']),
      garbage: 'garbage',
      empty: '',
    };
    const requestId = randomUUID();
    const answers = new Set<string>();
    const ask = async (what: string, token: string | undefined, headers: Record<string, string> = {}) => {
      const answer = await knock(withSecret, token, { 'x-request-id': requestId, ...headers });
      refused(t, answer, 'unauthenticated', what);
      answers.add(answer.text);
    };
    for (const [what, token] of Object.entries(forged)) await ask(what, token);
    await ask('no token', undefined);
    await ask('another scheme', undefined, { authorization: `Basic ${forge(claims)}` });
    await ask('no scheme', undefined, { authorization: forge(claims) });
    await ask('in a cookie', undefined, { cookie: `token=${forge(claims)}; jwt=${forge(claims)}` });
    await ask('in another header', undefined, { 'x-access-token': forge(claims) });
    const token = forge(claims);
    refused(
      t,
      await withSecret.send('GET', `/nothing?token=${token}&access_token=${token}&jwt=${token}`),
      'unauthenticated',
      'in the query string',
    );
    t.equal(answers.size, 1, 'the answer does not tell why');
  },
);

t.test('letter case of sub does not matter: it is the same caller', async (t) => {
  const { owner, orgA } = withSecret;
  const event = contactAttemptBody(orgA, { id: randomUUID() });
  const token = forge({ ...claims, sub: owner.userId.toUpperCase() });
  const first = await withSecret.send('POST', '/events/contact-attempt', { token, body: event });
  t.equal(first.status, 201);
  t.equal((await owner.post('/events/contact-attempt', event)).body.status, 'replayed');
});

t.test('claims about roles have no effect', async (t) => {
  const roles = {
    role: 'owner',
    roles: ['owner', 'app_admin'],
    is_app_admin: true,
    org_id: withSecret.orgA,
    app_metadata: { role: 'service_role' },
    user_metadata: { role: 'owner' },
    permission: 'canCreateServices',
  };
  for (const { userId } of [withSecret.stranger, withSecret.viewer]) {
    const token = forge({ ...claims, ...roles, sub: userId });
    const body = contactAttemptBody(withSecret.orgA);
    refused(t, await withSecret.send('POST', '/events/contact-attempt', { token, body }), 'forbidden');
  }
});

t.test('issuer and audience are checked when they are configured', async (t) => {
  const service = await startTestService(t, { config: { issuer: 'https://issuer', audience: 'pilot' } });
  const good = { ...claims, iss: 'https://issuer', aud: 'pilot' };
  refused(t, await knock(service, forge(good)), 'not-found', 'both right');
  refused(
    t,
    await knock(service, forge({ ...good, aud: ['other', 'pilot'] })),
    'not-found',
    'one of several',
  );
  const bad: Record<string, object> = {
    'no issuer': { iss: undefined },
    'another issuer': { iss: 'https://issuer.example' },
    'an issuer that contains ours': { iss: 'https://issuer/' },
    'no audience': { aud: undefined },
    'another audience': { aud: 'pilots' },
    'other audiences': { aud: ['other', 'pilots'] },
    'an empty list of audiences': { aud: [] },
  };
  for (const [what, change] of Object.entries(bad)) {
    refused(t, await knock(service, forge({ ...good, ...change })), 'unauthenticated', what);
  }
});

const keyPairs = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
} as const;

for (const [name, makePair] of Object.entries(keyPairs)) {
  t.test(`with a public key, only ${name} tokens of its private key are accepted`, async (t) => {
    const algorithm = name as keyof typeof keyPairs;
    const { publicKey, privateKey } = makePair();
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const service = await startTestService(t, {
      config: { tokenKey: { kind: 'public-key', pem, algorithm } },
    });
    const sign = (key = privateKey, alg: string = algorithm) =>
      new SignJWT(claims).setProtectedHeader({ alg }).sign(key);
    refused(t, await knock(service, await sign()), 'not-found', 'the right key');
    const forged = {
      'another key': await sign(makePair().privateKey),
      'the PEM as an HS256 secret': forge(claims, hs256, pem),
      'the PEM without its last line break as an HS256 secret': forge(claims, hs256, pem.trim()),
      'the algorithm in the header only': forge(claims, { alg: algorithm }, pem),
      'alg none': `${encode({ alg: 'none' })}.${encode(claims)}.`,
      ...(algorithm === 'RS256' && {
        'RS512 of the right key': await sign(privateKey, 'RS512'),
        'PS256 of the right key': await sign(privateKey, 'PS256'),
      }),
    };
    for (const [what, token] of Object.entries(forged)) {
      refused(t, await knock(service, token), 'unauthenticated', what);
    }
  });
}
