import { cases, type Spoiling } from './bad-input.ts';

/** What is no acceptable HTTP/1.1, or could be read in two ways by two servers in a row. */
const path = '/api/v1/pilot/metrics/scorecard';
const knock = (...lines: string[]): Spoiling => ({
  bytes: [
    `GET ${path} HTTP/1.1`,
    'host: localhost',
    'connection: close',
    'user-agent: parrot',
    ...lines,
    '',
    '',
  ].join('\r\n'),
});
const framed = (...framing: string[]): Spoiling => ({ framing });
const codings = (...announcedBy: string[]): Spoiling => ({ framing: { chunksOf: 100, announcedBy } });
const chunks = (body: string): Spoiling => ({ framing: ['transfer-encoding: chunked'], body });
const smuggled = `POST ${path} HTTP/1.1\r\nhost: localhost\r\nparrot: parrot\r\n\r\n`;
const sort = { section: 'framing', status: 400, problem: 'invalid-request' };

export const framing = [
  ...cases(sort, {
    garbage: { bytes: 'parrot\r\n\r\n' },
    'bytes that are no text': { bytes: Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10]) },
    'a TLS greeting': { bytes: Buffer.from('16030100c8010000c40303', 'hex') },
    'a PostgreSQL greeting': { bytes: Buffer.from('0000000804d2162f', 'hex') },
    'an SSH greeting': { bytes: 'SSH-2.0-parrot\r\n' },
    'an SMTP greeting': { bytes: 'EHLO parrot\r\n' },
    'a Redis command': { bytes: '*1\r\n$4\r\nPING\r\n' },
    'a PROXY line': { bytes: `PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n${smuggled}` },
    'HTTP/0.9': { bytes: `GET ${path}\r\n\r\n` },
    'HTTP/1.2': { bytes: `GET ${path} HTTP/1.2\r\nhost: parrot\r\n\r\n` },
    'HTTP/2.0 in words': { bytes: `GET ${path} HTTP/2.0\r\nhost: parrot\r\n\r\n` },
    'the preface of HTTP/2': { bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
    'another protocol': { bytes: `GET ${path} FTP/1.1\r\nhost: parrot\r\n\r\n` },
    'a protocol in lower case': { bytes: `GET ${path} http/1.1\r\nhost: parrot\r\n\r\n` },
    'an unknown method': { bytes: `FETCH ${path} HTTP/1.1\r\nhost: parrot\r\n\r\n` },
    'a method in lower case': { bytes: `get ${path} HTTP/1.1\r\nhost: parrot\r\n\r\n` },
    'no address': { bytes: 'GET HTTP/1.1\r\nhost: parrot\r\n\r\n' },
    'a space in the address': { bytes: 'GET /parrot parrot HTTP/1.1\r\nhost: x\r\n\r\n' },
    'a NUL in the address': { bytes: 'GET /parrot\0 HTTP/1.1\r\nhost: x\r\n\r\n' },
    'a tab in the address': { bytes: 'GET /parrot\t HTTP/1.1\r\nhost: x\r\n\r\n' },
    'bytes above ASCII in the address': {
      bytes: Buffer.from('GET /\xff\xfe HTTP/1.1\r\nhost: x\r\n\r\n', 'latin1'),
    },
    'a space before the method': { bytes: ` GET ${path} HTTP/1.1\r\nhost: parrot\r\n\r\n` },
    'tabs in the place of spaces': { bytes: `GET\t${path}\tHTTP/1.1\r\nhost: parrot\r\n\r\n` },
    'the name of a host as the address': { bytes: 'GET parrot.example:80 HTTP/1.1\r\nhost: x\r\n\r\n' },
    'a tunnel': { bytes: 'CONNECT parrot.example:443 HTTP/1.1\r\nhost: parrot.example\r\n\r\n' },
    'a tunnel to ourselves': { bytes: `CONNECT ${path} HTTP/1.1\r\nhost: parrot\r\n\r\n` },
  }),
  ...cases(
    { ...sort, section: 'framing: headers' },
    {
      'line feeds alone': { bytes: `GET ${path} HTTP/1.1\nhost: parrot\n\n` },
      'carriage returns alone': { bytes: `GET ${path} HTTP/1.1\rhost: parrot\r\r` },
      'a line feed alone between headers': knock('a: parrot\nb: c'),
      'a carriage return in a value': knock('a: parrot\rb: c'),
      'a folded value': knock('a: parrot\r\n parrot'),
      'a folded token': knock('authorization:\r\n Bearer {owner}'),
      'a NUL in a value': knock('a: parrot\0'),
      'a control character in a value': knock('a: parrot\x01'),
      'a DEL in a name': knock('a\x7f: parrot'),
      'a space in a name': knock('a b: parrot'),
      'a space before the colon': knock('a : parrot'),
      'a name with a bracket': knock('a[]: parrot'),
      'no name': knock(': parrot'),
      'no colon': knock('parrot'),
      'two hosts': knock('host: parrot'),
    },
  ),
  ...cases(
    { ...sort, section: 'framing: lengths' },
    {
      'a length and chunks': framed('content-length: 5', 'transfer-encoding: chunked'),
      'chunks and a length': framed('transfer-encoding: chunked', 'content-length: 5'),
      'two lengths': framed('content-length: 5', 'content-length: 6'),
      'the same length twice': framed('content-length: 5', 'content-length: 5'),
      'two lengths in one line': framed('content-length: 5, 5'),
      'a negative length': framed('content-length: -1'),
      'a length with a sign': framed('content-length: +5'),
      'a hexadecimal length': framed('content-length: 0x5'),
      'a broken length': framed('content-length: 5.0'),
      'a length of letters': framed('content-length: parrot'),
      'an empty length': framed('content-length:'),
      'an endless length': framed('content-length: 99999999999999999999999'),
      'a length with a space before the colon': framed('content-length : 5'),
      'other digits': framed('content-length: ٥'),
      'chunks, but not last': codings('transfer-encoding: chunked, identity'),
      'chunks of something packed': codings('transfer-encoding: gzip, chunked'),
      'chunks of something that is not packed': codings('transfer-encoding: identity, chunked'),
      'chunks twice': codings('transfer-encoding: chunked, chunked'),
      'chunks in a second line': codings('transfer-encoding: identity', 'transfer-encoding: chunked'),
      'something else in a second line': codings('transfer-encoding: chunked', 'transfer-encoding: parrot'),
      'no chunks': codings('transfer-encoding: identity'),
      'nearly chunks': codings('transfer-encoding: xchunked'),
      'chunks in quotes': codings('transfer-encoding: "chunked"'),
      'chunks after a vertical tab': codings('transfer-encoding: \x0bchunked'),
      'chunks with a space before the colon': codings('transfer-encoding : chunked'),
      'chunks in HTTP/1.0': {
        bytes:
          'POST /api/v1/pilot/scope/services HTTP/1.0\r\nauthorization: Bearer {owner}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      },
    },
  ),
  ...cases(
    { ...sort, section: 'framing: chunks' },
    {
      'a size that is none': chunks('parrot\r\n{}\r\n0\r\n\r\n'),
      'a negative size': chunks('-2\r\n{}\r\n0\r\n\r\n'),
      'a size with 0x': chunks('0x2\r\n{}\r\n0\r\n\r\n'),
      'a size with a space': chunks(' 2\r\n{}\r\n0\r\n\r\n'),
      'a size beyond 64 bits': chunks('fffffffffffffffff\r\n{}\r\n0\r\n\r\n'),
      'a size that is too small': chunks('1\r\n{}\r\n0\r\n\r\n'),
      'a size that is too large': chunks('5\r\n{}\r\n0\r\n\r\n'),
      'no line break behind a chunk': chunks('2\r\n{}0\r\n\r\n'),
      'a line feed alone behind a size': chunks('2\n{}\r\n0\r\n\r\n'),
      'a line feed alone behind an extension': chunks('2;parrot\n{}\r\n0\r\n\r\n'),
      'an extension of 17 KiB': chunks(`2;a=${'parrot'.repeat(3_000)}\r\n{}\r\n0\r\n\r\n`),
      'three thousand of a byte': { framing: { chunksOf: 1 }, padTo: 3_000 },
      'sixty thousand of a byte': { framing: { chunksOf: 1 }, padTo: 60_000 },
      'a trailer that is no header': chunks('2\r\n{}\r\n0\r\nparrot\r\n\r\n'),
    },
  ),
  ...cases(
    { section: 'framing: two requests at once', status: 401, problem: 'unauthenticated' },
    {
      'one without a token, then garbage': { authorization: [], afterwards: 'parrot\r\n\r\n' },
      'one without a token in whose body another one lies': { authorization: [], body: smuggled },
    },
  ),
  ...cases(
    { section: 'framing: two requests at once', status: 400, problem: 'malformed-json' },
    {
      'a body that is longer than announced': { framing: ['content-length: 1'] },
      'a body in which another request lies': { body: smuggled },
      'a GET with a body': { of: 'scorecard', framing: 'content-length', body: '{"parrot":1}' },
      'a GET with a body in chunks': { of: 'scorecard', framing: { chunksOf: 5 }, body: '{"parrot":1}' },
      'a GET in whose body another request lies': {
        of: 'scorecard',
        framing: 'content-length',
        body: smuggled,
      },
    },
  ),
];
