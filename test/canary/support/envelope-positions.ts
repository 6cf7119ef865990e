import { gzipSync } from 'node:zlib';
import { claims, forge, hs256 } from '../../plugins/support/tokens.ts';
import { encodings } from './encodings.ts';
import type { Operation } from './operations.ts';
import type { Position } from './positions.ts';
import { inChunks, requestOf, targetOf } from './requests.ts';

const base = '/api/v1/pilot';

/** Headers in which clients and proxies send words, and on which some libraries act. */
const headerNames =
  `accept accept-charset accept-encoding accept-language accept-version access-control-request-headers
  access-control-request-method baggage cache-control cf-connecting-ip content-disposition content-encoding
  content-language content-type cookie date dnt expect forwarded from host idempotency-key if-match if-modified-since
  if-none-match keep-alive link max-forwards origin pragma prefer priority proxy-authorization range referer
  sec-websocket-key sec-websocket-protocol server te traceparent tracestate trailer true-client-ip upgrade user-agent via
  warning x-api-key x-correlation-id x-csrf-token x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto
  x-http-method-override x-original-url x-real-ip x-request-id x-rewrite-url`.split(/\s+/);

/** Headers that decide how a request is read, so that words in them keep it from being a request at all. */
const framingNames = ['connection', 'content-encoding', 'content-type', 'expect', 'host'];

/** A word in every header at once, in one encoding after the other, in a request that stays acceptable. */
export function headersWith(word: string): string[] {
  const printable = Object.values(encodings)
    .map((encode) => encode(word))
    .filter((text) => !/\p{Cc}/u.test(text));
  return headerNames
    .filter((name) => !framingNames.includes(name))
    .map((name, index) => `${name}: ${printable[index % printable.length]}`);
}

/** Header lines with words elsewhere than in the whole value of a usual header. */
const headerLines: Readonly<Record<string, (text: string) => string[]>> = {
  'the name of a header': (text) => [`x-${text}: ${text}`],
  'the name of a header alone': (text) => [`${text}: 1`],
  'a header line without a colon': (text) => [text],
  'a folded header': (text) => ['x: 1', ` ${text}`],
  'a second X-Request-Id': (text) => ['x-request-id: 1', `x-request-id: ${text}`],
  'around a UUID in X-Request-Id': (text) => [`x-request-id: 0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e12${text}`],
  'a parameter of Content-Type': (text) => [`content-type: application/json; ${text}=${text}`],
  'a charset': (text) => [`content-type: application/json; charset=${text}`],
  'the subtype of Content-Type': (text) => [`content-type: application/${text}+json`],
  'a boundary': (text) => [`content-type: multipart/form-data; boundary=${text}`],
  'an option of Connection': (text) => [`connection: close, ${text}`],
  'an upgrade': (text) => ['connection: close, upgrade', `upgrade: ${text}`],
  'Content-Length': (text) => [`content-length: x${text}`],
  'Transfer-Encoding': (text) => [`transfer-encoding: x${text}`],
  'a header that is too long': (text) => [`x: ${text.repeat(600)}`],
  'the hundred-and-first header': (text) =>
    [...Array(120).keys()].map((index) => `x-${index}: ${text.slice(0, 40)}`),
};

/** What stands in the request line beside the operations' own addresses. */
const targets: Readonly<Record<string, (text: string) => string>> = {
  'an unknown path': (text) => `/${text}`,
  'an unknown path of the API': (text) => `/api/${text}`,
  'an unknown resource': (text) => `${base}/${text}`,
  'below a resource': (text) => `${base}/events/contact-attempt/${text}`,
  'a matrix parameter': (text) => `${base}/scope/services;${text}=${text}`,
  'a path that is left again': (text) => `${base}/${text}/../scope/services`,
  'an id that is far too long': (text) => `${base}/events/referral/${text.repeat(9)}`,
  'before an address that cannot be decoded': (text) => `${base}/${text}/%zz?${text}`,
  'an address that begins with two slashes': (text) => `//${text}${base}`,
  'the host of an absolute address': (text) => `http://${text}/`,
  'the user of an absolute address': (text) => `http://${text}:${text}@localhost${base}`,
  'the path of an absolute address': (text) => `http://localhost/${text}`,
  'an address without a slash': (text) => text,
  'a fragment': (text) => `${base}/scope/services#${text}`,
  ...Object.fromEntries(
    [
      'healthz',
      'readyz',
      'metrics',
      'openapi.json',
      'docs',
      'docs/static',
      'docs/static/index.html',
      'docs/json',
    ].map((path) => [`the query of /${path}`, (text: string) => `/${path}?${text}=${text}`]),
  ),
  'below /docs': (text) => `/docs/${text}`,
  'below /docs/static': (text) => `/docs/static/${text}`,
};

/** What stands in Authorization. */
const credentials: Readonly<Record<string, (text: string, valid: string) => string>> = {
  'the scheme': (text, valid) => `${text} ${valid}`,
  'the credentials of another scheme': (text) => `Basic ${Buffer.from(`${text}:${text}`).toString('base64')}`,
  'all of the token': (text) => `Bearer ${text}`,
  'after the token': (text, valid) => `Bearer ${valid} ${text}`,
  'the signature': (text, valid) => `Bearer ${valid.split('.').slice(0, 2).join('.')}.${text}`,
  'a fourth part of the token': (text, valid) => `Bearer ${valid}.${text}`,
  'the algorithm': (text) => `Bearer ${forge(claims, { alg: text })}`,
  'the key id': (text) => `Bearer ${forge(claims, { ...hs256, kid: text, jku: `https://${text}/` })}`,
  'a critical header parameter': (text) => `Bearer ${forge(claims, { ...hs256, crit: [text], [text]: 1 })}`,
  'the subject': (text) => `Bearer ${forge({ ...claims, sub: text })}`,
  'the expiry': (text) => `Bearer ${forge({ ...claims, exp: text })}`,
  'a claim of a token that verifies': (text) => `Bearer ${forge({ ...claims, [text]: text, name: text })}`,
};

/** Bytes that are hardly HTTP any more. */
const framings: Readonly<Record<string, (text: string, operation: Operation) => Buffer | string>> = {
  'the method': (text, operation) => requestOf(operation, { method: text }),
  'the version': (text) => `GET / HTTP/${text}\r\n\r\n`,
  'instead of the version': (text) => `GET / ${text}\r\n\r\n`,
  'instead of a request': (text) => `${text}\r\n\r\n`,
  'in a request without headers': (text) => `GET /${text} HTTP/1.0\r\n\r\n`,
  'the authority of CONNECT': (text) => `CONNECT ${text}:443 HTTP/1.1\r\nhost: ${text}\r\n\r\n`,
  'the line of a proxy': (text) => `PROXY TCP4 ${text} 127.0.0.1 1 2\r\nGET / HTTP/1.1\r\n\r\n`,
  'the greeting of TLS': (text) => `\x16\x03\x01\x00\x80\x01\x00\x00\x7c\x03\x03${text}`,
  'after the greeting of HTTP/2': (text) => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${text}`,
  'an extension of a chunk': (text, operation) =>
    chunked(operation, inChunks('{"a":"12345678"}', `;${text}=${text}`)),
  'a trailer': (text, operation) => chunked(operation, inChunks('{}', '', [`${text}: 1`, `x: ${text}`])),
  'the size of a chunk': (text, operation) => chunked(operation, Buffer.from(`${text}\r\n`)),
  'after a chunk': (text, operation) => chunked(operation, Buffer.from(`1\r\n{${text}\r\n`)),
  'a request behind the request': (text, operation) =>
    Buffer.concat([requestOf(operation), Buffer.from(`GET /${text} HTTP/1.1\r\nx: ${text}\r\n\r\n`)]),
  'the body of a GET': (text, operation) => requestOf(operation, { method: 'GET', body: text }),
  'plain text': (text, operation) =>
    requestOf(operation, { headers: ['content-type: text/plain'], body: text }),
  'a form': (text, operation) =>
    requestOf(operation, {
      headers: ['content-type: application/x-www-form-urlencoded'],
      body: `${text}=${text}`,
    }),
  'a part of a form': (text, operation) =>
    requestOf(operation, {
      headers: ['content-type: multipart/form-data; boundary=b'],
      body: `--b\r\ncontent-disposition: form-data; name="${text}"; filename="${text}"\r\n\r\n${text}\r\n--b--\r\n`,
    }),
  'a compressed body': (text, operation) =>
    requestOf(operation, { headers: ['content-encoding: gzip'], body: gzipSync(`{"notes":"${text}"}`) }),
  'a body in UTF-16': (text, operation) =>
    requestOf(operation, { body: Buffer.from(`\ufeff{"notes":${JSON.stringify(text)}}`, 'utf16le') }),
  'beside bytes that are not UTF-8': (text, operation) =>
    requestOf(operation, {
      body: Buffer.concat([Buffer.from(`{"${text}":"`), Buffer.from([0xff, 0xc0]), Buffer.from('"}')]),
    }),
  'a body that is too large': (text, operation) =>
    requestOf(operation, { body: text.repeat(66_000 / text.length) }),
};

function chunked(operation: Operation, body: Buffer): Buffer {
  return requestOf(operation, { headers: ['transfer-encoding: chunked'], body });
}

/** Every place outside what an operation's description names: request line, headers, token, framing. */
export function positionsAround(operation: Operation): Position[] {
  const position = (name: string, request: (text: string) => Buffer | string): Position => ({
    name,
    isKept: false,
    request: (text) => Buffer.from(request(text)),
  });
  return [
    ...headerNames.map((name) =>
      position(`the header ${name}`, (text) => requestOf(operation, { headers: [`${name}: ${text}`] })),
    ),
    ...Object.entries(headerLines).map(([name, lines]) =>
      position(name, (text) => requestOf(operation, { headers: lines(text) })),
    ),
    ...Object.entries(credentials).map(([name, token]) =>
      position(`${name}, as credentials`, (text) =>
        requestOf(operation, { token: token(text, operation.token) }),
      ),
    ),
    position('a token in the query', (text) =>
      requestOf(operation, { token: '', target: targetOf(operation, `access_token=${text}`) }),
    ),
    ...Object.entries(targets).flatMap(([name, target]) => [
      position(`${name}, GET`, (text) =>
        requestOf(operation, { method: 'GET', target: target(text), body: '' }),
      ),
      position(`${name}, without a token`, (text) =>
        requestOf(operation, { token: '', target: target(text) }),
      ),
    ]),
    position('the id in the path', (text) =>
      requestOf(operation, { method: 'PATCH', target: `${base}/events/referral/${text}` }),
    ),
    ...Object.entries(framings).map(([name, bytes]) => position(name, (text) => bytes(text, operation))),
  ];
}
