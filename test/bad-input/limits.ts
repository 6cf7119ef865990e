import { cases, type Spoiling } from './bad-input.ts';

/** What is too large, too much or too often. */
const kibibyte = 1024;
const headers = (count: number, line = 'a: parrot'): Spoiling => ({
  of: 'scorecard',
  headers: Array.from({ length: count }, () => line),
});

export const limits = [
  ...cases(
    { section: 'limits: body', status: 413, problem: 'body-too-large' },
    {
      '64 KiB and a byte': { padTo: 64 * kibibyte + 1 },
      '64 KiB and a byte in chunks': { padTo: 64 * kibibyte + 1, framing: { chunksOf: 1_000 } },
      '64 KiB and a byte in one chunk': { padTo: 64 * kibibyte + 1, framing: { chunksOf: 70_000 } },
      '64 KiB of characters of two bytes': { body: 'ä'.repeat(32 * kibibyte + 1) },
      'a length of 64 KiB and a byte, and nothing of it': {
        framing: [`content-length: ${64 * kibibyte + 1}`],
        body: '',
      },
      'a length of 8 EiB, and nothing of it': { framing: ['content-length: 9223372036854775807'], body: '' },
      'not JSON either': { body: 'parrot'.repeat(12_000) },
      'a privacy key, too': { with: { notes: 'parrot' }, padTo: 70_000 },
      'from somebody who may not write': { as: 'stranger', padTo: 70_000 },
      'of an update': { of: 'referral-update', padTo: 70_000 },
      'of a decision': { of: 'decision', padTo: 70_000 },
    },
  ),
  ...cases(
    { section: 'limits: headers', status: 431, problem: 'invalid-request' },
    {
      'a header of 8 KiB': headers(1, `a: ${'b'.repeat(8 * kibibyte)}`),
      'a name of 8 KiB': headers(1, `${'b'.repeat(8 * kibibyte)}: c`),
      'many headers of 8 KiB together': headers(90, `a: ${'b'.repeat(100)}`),
      'a token of 8 KiB': { authorization: [`Bearer ${'b'.repeat(8 * kibibyte)}`] },
      'an address of 8 KiB': { path: `/parrot${'b'.repeat(8 * kibibyte)}` },
      'a query string of 8 KiB': { of: 'scorecard', query: `a=${'b'.repeat(8 * kibibyte)}` },
      'trailers of 8 KiB': {
        body: `2\r\n{}\r\n0\r\na: ${'b'.repeat(8 * kibibyte)}\r\n\r\n`,
        framing: ['transfer-encoding: chunked'],
      },
      '101 headers': headers(96),
      'a thousand headers': headers(1_000, 'a:'),
      '101 headers and an Expect that nobody knows': {
        of: 'scorecard',
        headers: [...Array.from({ length: 95 }, () => 'a: b'), 'expect: parrot'],
      },
      '101 headers of a write': { headers: Array.from({ length: 94 }, () => 'a: b') },
      '101 headers without a token': {
        authorization: [],
        of: 'scorecard',
        headers: Array.from({ length: 97 }, () => 'a: b'),
      },
    },
  ),
  ...cases(
    { section: 'limits: requests', status: 429, problem: 'rate-limited', limited: true },
    {
      'of events': {},
      'of updates': { of: 'referral-update' },
      'of scope entries': { of: 'scope' },
      'of recomputes': { of: 'recompute' },
      'of scorecards': { of: 'scorecard' },
      'of decisions': { of: 'decision', as: 'appAdmin' },
      'without a token': { authorization: [] },
      'with a bad token': { authorization: ['Bearer parrot'] },
      'of unknown addresses under /api': { path: '/api/parrot' },
      'of unknown addresses': { path: '/parrot', method: 'GET' },
      'of addresses that cannot be decoded': { path: '/api/parrot/%zz' },
      'of unknown methods': { method: 'DELETE' },
      'with another body': { body: 'parrot' },
      'with a privacy key': { with: { notes: 'parrot' } },
      'too large': { padTo: 70_000 },
      'of text/plain': { contentType: ['text/plain'] },
      'in the name of another client': {
        headers: [
          'x-forwarded-for: 192.0.2.1',
          'x-real-ip: 192.0.2.1',
          'forwarded: for=192.0.2.1',
          'cf-connecting-ip: 192.0.2.1',
        ],
      },
      'with a host in the address': { path: 'http://parrot.example/api/v1/pilot/events/preference-fit' },
    },
  ),
];
