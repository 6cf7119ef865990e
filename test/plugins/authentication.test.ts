import { createHmac, randomUUID } from 'node:crypto';
import t from 'tap';
import { contactAttemptBody } from '../support/events.ts';
import { jwtSecret, startTestService } from '../support/service.ts';
import { rawRequest, sendRaw } from './support/raw-http.ts';
import { refused } from './support/refused.ts';
import { claims, encode, forge, hs256, knock, now } from './support/tokens.ts';

/** The cases of RFC 8725 for a service that verifies with a secret; those of public keys are in files of their own. */
const withSecret = await startTestService(t);
const day = 24 * 60 * 60;

t.test('a token signed with the secret is accepted', async (t) => {
  const other = { alg: 'RS256', kty: 'RSA', n: 'x', e: 'AQAB' };
  const accepted: Record<string, string> = {
    'with the usual claims': forge(claims),
    'without iat': forge({ ...claims, iat: undefined }),
    'with a clock that is a little behind': forge({ ...claims, exp: now - 10 }),
    'with a clock that is a little ahead': forge({ ...claims, iat: now + 20, nbf: now + 20 }),
    'that lives for 365 days': forge({ ...claims, exp: now + 365 * day }),
    'with fractions of seconds': forge({ ...claims, exp: now + 60.5, iat: now - 0.25 }),
    'whose sub is not an RFC 9562 UUID': forge({ ...claims, sub: '11111111-2222-3333-4444-555555555555' }),
    'with an issuer and an audience nobody asked for': forge({ ...claims, iss: 'x', aud: 'y' }),
    'without typ': forge(claims, { alg: 'HS256' }),
    'of the type at+jwt': forge(claims, { alg: 'HS256', typ: 'at+jwt' }),
    'of the type application/jwt': forge(claims, { alg: 'HS256', typ: 'application/jwt' }),
    'with a kid, which a single key has no use for': forge(claims, { ...hs256, kid: '../../dev/null' }),
    'with keys in its header, which are not looked at': forge(claims, {
      ...hs256,
      jwk: other,
      jku: 'http://127.0.0.1:1/keys',
      x5u: 'http://127.0.0.1:1/x5u',
      x5c: ['AAAA'],
    }),
    'whose header names its algorithm twice, last the right one': forge(
      claims,
      '{"alg":"none","alg":"HS256"}',
    ),
  };
  for (const [what, token] of Object.entries(accepted))
    refused(t, await knock(withSecret, token), 'not-found', what);
  for (const scheme of ['bearer', 'BEARER']) {
    const headers = { authorization: `${scheme} ${forge(claims)}` };
    refused(t, await knock(withSecret, undefined, headers), 'not-found', `the scheme ${scheme} (RFC 9110)`);
  }
});

const algorithms: Record<string, string> = Object.fromEntries(
  [
    'none',
    'None',
    'NONE',
    'nOnE',
    'none ',
    '',
    'hs256',
    'HS256 ',
    'HS384',
    'HS512',
    'RS256',
    'ES256',
  ].flatMap((alg) => [
    [`alg "${alg}" with an HMAC`, forge(claims, { alg, typ: 'JWT' })],
    [`alg "${alg}" without a signature`, `${encode({ alg })}.${encode(claims)}.`],
  ]),
);

const badHeaders: Record<string, string> = {
  'no alg': forge(claims, { typ: 'JWT' }),
  'alg null': forge(claims, { alg: null }),
  'alg a list': forge(claims, { alg: ['HS256'] }),
  'alg a number': forge(claims, { alg: 256 }),
  'alg twice, last none': forge(claims, '{"alg":"HS256","alg":"none"}'),
  'crit null': forge(claims, { ...hs256, crit: null }),
  'crit empty': forge(claims, { ...hs256, crit: [] }),
  'crit a text': forge(claims, { ...hs256, crit: 'exp', exp: 1 }),
  'crit with a claim': forge(claims, { ...hs256, crit: ['exp'], exp: 1 }),
  'crit with what nobody knows': forge(claims, { ...hs256, crit: ['example'], example: true }),
  'b64 false': forge(claims, { ...hs256, crit: ['b64'], b64: false }),
  'a logout notice': forge(claims, { alg: 'HS256', typ: 'logout+jwt' }),
  'a proof of possession': forge(claims, { alg: 'HS256', typ: 'dpop+jwt' }),
  'typ not a text': forge(claims, { alg: 'HS256', typ: ['JWT'] }),
  'a header that is not JSON': forge(claims, '{'),
  'a header that is a list': forge(claims, [hs256]),
  'a header that is a text': forge(claims, '"HS256"'),
  'a header that is null': forge(claims, 'null'),
  'no header': forge(claims, ''),
};

const { exp, ...withoutExp } = claims;
const badClaims: Record<string, unknown> = {
  expired: { ...claims, exp: now - 60 },
  'no exp': withoutExp,
  'exp null': { ...claims, exp: null },
  'exp a text': { ...claims, exp: String(exp) },
  'exp a list': { ...claims, exp: [exp] },
  'exp in milliseconds': { ...claims, exp: exp * 1000 },
  'exp more than 366 days ahead': { ...claims, exp: now + 367 * day },
  'exp below zero': { ...claims, exp: -1 },
  'exp infinite': JSON.stringify(claims).replace(String(exp), '1e400'),
  'exp twice, last expired': JSON.stringify(claims).replace('}', `,"exp":${now - 60}}`),
  'iat more than 30 seconds ahead': { ...claims, iat: now + 90 },
  'iat a text': { ...claims, iat: String(now) },
  'iat null': { ...claims, iat: null },
  'nbf in the future': { ...claims, nbf: now + 90 },
  'nbf a text': { ...claims, nbf: String(now) },
  'nbf null': { ...claims, nbf: null },
  'nbf beyond all calendars': { ...claims, nbf: 1e300 },
  'no sub': { ...claims, sub: undefined },
  'sub null': { ...claims, sub: null },
  'sub empty': { ...claims, sub: '' },
  'sub not a UUID': { ...claims, sub: 'alice' },
  'sub a UUID and more': { ...claims, sub: `${claims.sub} or more` },
  'sub a UUID and a line break': { ...claims, sub: `${claims.sub}\n` },
  'sub a UUID in braces': { ...claims, sub: `{${claims.sub}}` },
  'sub a URN': { ...claims, sub: `urn:uuid:${claims.sub}` },
  'sub a number': { ...claims, sub: 1 },
  'sub a list': { ...claims, sub: [claims.sub] },
  'sub an object': { ...claims, sub: { id: claims.sub } },
  'sub twice, last not a UUID': JSON.stringify(claims).replace('}', ',"sub":"alice"}'),
  'claims that are a list': [claims],
  'claims that are null': 'null',
  'claims that are a text': '"claims"',
  'claims that are not JSON': '{"sub":',
  'claims with a comment': JSON.stringify(claims).replace('{', '{/**/'),
  'no claims': '',
  'another token inside': forge(claims),
};

const [head = '', body = '', signature = ''] = forge(claims).split('.');
const bytes = Buffer.from(signature, 'base64url');
const lastCharacter = signature.at(-1) ?? '';
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** The same bytes to a decoder that ignores what is left over, in another spelling. */
const respelled = signature.slice(0, -1) + alphabet[alphabet.indexOf(lastCharacter) ^ 1];

const forms: Record<string, string> = {
  'another secret': forge(claims, hs256, `${jwtSecret}!`),
  'an empty secret': forge(claims, hs256, ''),
  'changed claims': `${head}.${encode({ ...claims, sub: randomUUID() })}.${signature}`,
  'a changed header': `${encode({ ...hs256, kid: 'x' })}.${body}.${signature}`,
  'no signature': `${head}.${body}.`,
  'a signature of zeros': `${head}.${body}.${Buffer.alloc(32).toString('base64url')}`,
  'a signature cut short': `${head}.${body}.${bytes.subarray(0, 16).toString('base64url')}`,
  'a signature with more behind it': `${head}.${body}.${Buffer.concat([bytes, bytes]).toString('base64url')}`,
  'a signature in another spelling': `${head}.${body}.${respelled}`,
  'a padded signature': `${head}.${body}.${signature}=`,
  'a signature in hexadecimal': `${head}.${body}.${bytes.toString('hex')}`,
  'the claims in the other alphabet': `${head}.${body.slice(0, 8)}+/${body.slice(8)}.${signature}`,
  'an HMAC of something else': `${head}.${body}.${createHmac('sha256', jwtSecret).update(body).digest('base64url')}`,
  'two parts': `${head}.${body}`,
  'four parts': `${head}.${body}.${signature}.`,
  'five parts, as of an encrypted token': `${encode({ alg: 'dir', enc: 'A256GCM' })}..${head}.${body}.${signature}`,
  'unencoded claims': `${encode({ ...hs256, b64: false })}.${JSON.stringify(claims)}.${signature}`,
  'JSON instead of three parts': JSON.stringify({ payload: body, protected: head, signature }),
  'three dots': '...',
  garbage: 'garbage',
  'far too much': forge({ ...claims, more: 'x'.repeat(5_000) }, hs256, 'another secret'),
  empty: '',
};

t.test(
  'a token that does not verify is 401, whatever is wrong with it, with one and the same answer',
  async (t) => {
    const forged = {
      ...algorithms,
      ...badHeaders,
      ...Object.fromEntries(Object.entries(badClaims).map(([what, payload]) => [what, forge(payload)])),
      ...forms,
    };
    const requestId = randomUUID();
    const answers = new Set<string>();
    for (const [what, token] of Object.entries(forged)) {
      const answer = await knock(withSecret, token, { 'x-request-id': requestId });
      refused(t, answer, 'unauthenticated', what);
      answers.add(answer.text);
    }
    t.equal(answers.size, 1, 'the answer does not tell why');
  },
);

t.test('a good token counts only in one Authorization header of the scheme Bearer', async (t) => {
  const token = forge(claims);
  const elsewhere: Record<string, Record<string, string>> = {
    nowhere: {},
    'in another scheme': { authorization: `Basic ${token}` },
    'in a scheme that begins alike': { authorization: `BearerToken ${token}` },
    'without a scheme': { authorization: token },
    'after two spaces': { authorization: `Bearer  ${token}` },
    'after a tab': { authorization: `Bearer\t${token}` },
    'in quotes': { authorization: `Bearer "${token}"` },
    'with another': { authorization: `Bearer ${token} ${token}` },
    'in a list': { authorization: `Bearer ${token},${token}` },
    'as a parameter': { authorization: `Bearer token=${token}` },
    'in a cookie': { cookie: `token=${token}; jwt=${token}; authorization=${token}` },
    'in another header': { 'x-access-token': token, 'proxy-authorization': `Bearer ${token}` },
  };
  for (const [where, headers] of Object.entries(elsewhere))
    refused(t, await knock(withSecret, undefined, headers), 'unauthenticated', where);
  const query = `?token=${token}&access_token=${token}&jwt=${token}`;
  refused(t, await withSecret.send('GET', `/nothing${query}`), 'unauthenticated', 'in the query string');
  const parts = { body: { ...contactAttemptBody(withSecret.orgA), access_token: token } };
  refused(
    t,
    await withSecret.send('POST', '/events/contact-attempt', parts),
    'unauthenticated',
    'in the body',
  );

  const raw = (lines: string[]) => sendRaw(withSecret, rawRequest('GET', '/api/v1/pilot/nothing', lines));
  refused(t, await raw([`authorization: Bearer ${token}`]), 'not-found', 'once');
  const [good, bad] = [`authorization: Bearer ${token}`, 'Authorization: Bearer garbage'];
  for (const lines of [
    [good, good],
    [good, bad],
    [bad, good],
  ])
    refused(t, await raw(lines), 'unauthenticated', 'in two headers');
});

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
    'an issuer in other letters': { iss: 'https://ISSUER' },
    'an issuer in a list': { iss: ['https://issuer'] },
    'an issuer that is null': { iss: null },
    'no audience': { aud: undefined },
    'another audience': { aud: 'pilots' },
    'other audiences': { aud: ['other', 'pilots'] },
    'an empty list of audiences': { aud: [] },
    'audiences that are not all texts': { aud: ['pilot', 1] },
    'an audience inside an object': { aud: { pilot: 'pilot' } },
  };
  for (const [what, change] of Object.entries(bad)) {
    refused(t, await knock(service, forge({ ...good, ...change })), 'unauthenticated', what);
  }
});
