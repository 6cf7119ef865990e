import { randomUUID } from 'node:crypto';
import { encode, forge, hs256, now } from '../plugins/support/tokens.ts';
import { jwtSecret } from '../support/service.ts';
import { cases, type Spoiling } from './bad-input.ts';

/** Tokens that do not verify, in every place where a token may be, and everything that is sent without one. */
const day = 24 * 60 * 60;
const claims = { sub: randomUUID(), iat: now, exp: now + day };

const good = forge(claims);
const [head = '', payload = '', signature = ''] = good.split('.');
const withClaims = (more: object) => forge({ ...claims, ...more });
const withHeader = (more: object) => forge(claims, { ...hs256, ...more });
const bearer = (token: string): Spoiling => ({ authorization: [`Bearer ${token}`] });
const sort = { section: 'authentication', status: 401, problem: 'unauthenticated' };

export const authentication = [
  ...cases(sort, {
    'no token': { authorization: [] },
    'an empty header': { authorization: [''] },
    'a scheme and nothing': { authorization: ['Bearer'] },
    'a token and no scheme': { authorization: [good] },
    'another scheme': { authorization: [`Basic ${good}`] },
    'a scheme that begins like ours': { authorization: [`Bearers ${good}`] },
    'two spaces': { authorization: [`Bearer  ${good}`] },
    'a word behind the token': { authorization: [`Bearer ${good} parrot`] },
    'a comma and another token': { authorization: [`Bearer ${good}, Bearer ${good}`] },
    'two headers, a good one first': { authorization: [`Bearer ${good}`, 'Bearer parrot'] },
    'two headers, a good one last': { authorization: ['Bearer parrot', `Bearer ${good}`] },
    'in quotes': bearer(`"${good}"`),
    'in a cookie': { authorization: [], headers: [`cookie: token=${good}; authorization=Bearer%20${good}`] },
    'in another header': {
      authorization: [],
      headers: [`x-access-token: ${good}`, `proxy-authorization: ${good}`],
    },
    'in the query string': { authorization: [], query: `access_token=${good}&token=${good}` },
    'in the body': { authorization: [], with: { access_token: good } },
    'from somebody who says who he is': {
      authorization: [],
      headers: ['x-user-id: {ownerId}', 'x-forwarded-user: {ownerId}'],
    },
    'the user that the service itself is': { as: 'nobody' },
    'not a token': bearer('parrot'),
    'two parts': bearer(`${head}.${payload}`),
    'four parts': bearer(`${good}.${signature}`),
    'five parts, as of an encrypted token': bearer(
      `${encode({ alg: 'dir', enc: 'A256GCM' })}..${payload}.${payload}.${signature}`,
    ),
    'only dots': bearer('..'),
    'seven thousand letters': bearer('a'.repeat(7_000)),
    'seven thousand dots': bearer('.'.repeat(7_000)),
  }),
  ...cases(
    { ...sort, section: 'authentication: headers of tokens' },
    {
      'alg none, unsigned': bearer(`${encode({ alg: 'none' })}.${payload}.`),
      'alg None, unsigned': bearer(`${encode({ alg: 'None' })}.${payload}.`),
      'alg NONE, signed': bearer(withHeader({ alg: 'NONE' })),
      'no alg': bearer(forge(claims, { typ: 'JWT' })),
      'alg null': bearer(withHeader({ alg: null })),
      'alg a list': bearer(withHeader({ alg: ['HS256'] })),
      'alg in lower case': bearer(withHeader({ alg: 'hs256' })),
      'HS384 of the right secret': bearer(forge(claims, { alg: 'HS384' })),
      'HS512 of the right secret': bearer(forge(claims, { alg: 'HS512' })),
      'RS256 in the header only': bearer(withHeader({ alg: 'RS256' })),
      'ES256 with a signature of zeros': bearer(
        `${encode({ alg: 'ES256' })}.${payload}.${Buffer.alloc(64).toString('base64url')}`,
      ),
      'something critical': bearer(withHeader({ crit: ['exp'] })),
      'a payload that is not encoded': bearer(withHeader({ crit: ['b64'], b64: false })),
      'a key of its own': bearer(forge(claims, { ...hs256, jwk: { kty: 'oct', k: encode('x') } }, 'x')),
      'the address of a key': bearer(forge(claims, { ...hs256, jku: 'https://parrot.example/keys' }, 'x')),
      'a certificate': bearer(forge(claims, { ...hs256, x5c: [encode('x')] }, 'x')),
      'a file as the key': bearer(forge(claims, { ...hs256, kid: '../../../../dev/null' }, '')),
      'a statement as the key': bearer(forge(claims, { ...hs256, kid: "' UNION SELECT 'x' --" }, 'x')),
      'not JSON': bearer(forge(claims, '{')),
      'a list': bearer(forge(claims, '["HS256"]')),
      null: bearer(forge(claims, 'null')),
    },
  ),
  ...cases(
    { ...sort, section: 'authentication: claims' },
    {
      'an empty payload': bearer(forge('')),
      'a payload that is not JSON': bearer(forge('parrot')),
      'a payload that is a list': bearer(forge([claims])),
      'a payload that is null': bearer(forge('null')),
      expired: bearer(withClaims({ exp: now - 60 })),
      'exp in 1970': bearer(withClaims({ exp: 0 })),
      'exp before 1970': bearer(withClaims({ exp: -1 })),
      'no exp': bearer(withClaims({ exp: undefined })),
      'exp null': bearer(withClaims({ exp: null })),
      'exp a text': bearer(withClaims({ exp: String(now + 60) })),
      'exp infinite': bearer(forge(`{"sub":"${claims.sub}","exp":1e400}`)),
      'exp in milliseconds': bearer(withClaims({ exp: (now + day) * 1000 })),
      'exp 367 days ahead': bearer(withClaims({ exp: now + 367 * day })),
      'iat a day ahead': bearer(withClaims({ iat: now + day })),
      'iat a text': bearer(withClaims({ iat: 'now' })),
      'nbf a day ahead': bearer(withClaims({ nbf: now + day })),
      'no sub': bearer(withClaims({ sub: undefined })),
      'sub null': bearer(withClaims({ sub: null })),
      'sub a number': bearer(withClaims({ sub: 1 })),
      'sub a list': bearer(withClaims({ sub: [claims.sub] })),
      'sub empty': bearer(withClaims({ sub: '' })),
      'sub a name': bearer(withClaims({ sub: 'alice' })),
      'sub a UUID in braces': bearer(withClaims({ sub: `{${claims.sub}}` })),
      'sub a UUID and more': bearer(withClaims({ sub: `${claims.sub}' OR '1'='1` })),
      'sub a UUID and a line break': bearer(withClaims({ sub: `${claims.sub}\n` })),
    },
  ),
  ...cases(
    { ...sort, section: 'authentication: signatures' },
    {
      'another secret': bearer(forge(claims, hs256, `${jwtSecret}!`)),
      'an empty secret': bearer(forge(claims, hs256, '')),
      none: bearer(`${head}.${payload}.`),
      'cut short': bearer(`${head}.${payload}.${signature.slice(0, -2)}`),
      'of other claims': bearer(`${head}.${encode({ ...claims, sub: randomUUID() })}.${signature}`),
      'of another header': bearer(`${encode({ ...hs256, kid: '1' })}.${payload}.${signature}`),
      'with padding': bearer(`${good}=`),
    },
  ),
  ...cases(
    { ...sort, section: 'authentication comes first' },
    {
      'not JSON': { authorization: [], body: '{' },
      'a privacy key': { authorization: [], with: { notes: 'parrot' } },
      'a privacy key in the query string': { authorization: [], query: 'notes=parrot' },
      'text/plain': { authorization: [], contentType: ['text/plain'] },
      'too large': { authorization: [], padTo: 70_000 },
      'an id that is none': {
        authorization: [],
        of: 'referral-update',
        path: '/api/v1/pilot/events/referral/parrot',
      },
      'an address that cannot be decoded': { authorization: [], path: '/api/v1/pilot/parrot/%zz' },
      'the same, with a host': { authorization: [], path: 'http://parrot.example/api/v1/pilot/parrot/%zz' },
      'an unknown address': { authorization: [], path: '/api/parrot' },
      'an unknown method': { authorization: [], method: 'PROPFIND' },
      'a method that is asked for in a header': {
        authorization: [],
        of: 'scorecard',
        headers: ['x-http-method-override: parrot'],
      },
      'an Expect that nobody knows': { authorization: [], headers: ['expect: parrot'] },
      'an Expect that Node answers': { authorization: [], headers: ['expect: 100-continue'] },
      'an upgrade to WebSocket': {
        authorization: [],
        of: 'scorecard',
        headers: ['upgrade: websocket', 'sec-websocket-key: parrot'],
      },
      'an upgrade to HTTP/2': {
        authorization: [],
        of: 'scorecard',
        headers: ['upgrade: h2c', 'http2-settings: parrot'],
      },
    },
  ),
];
