import { cases, malformed, type Spoiling } from './bad-input.ts';

/** What is wrong with a batch as a whole; an event of one is rejected in the answer, and nothing else. */
const of = 'batch';
const body = (text: string | Buffer): Spoiling => ({ of, body: text });
const events = (value: unknown): Spoiling => ({ of, with: { events: value } });
const kibibyte = 1024;

export const batches = [
  ...cases(
    { ...malformed, section: 'batch: envelope' },
    {
      'no events': { of, without: 'events' },
      'an empty list': events([]),
      'an object': events({ parrot: 1 }),
      'a text': events('parrot'),
      null: events(null),
      'a number': events(1e300),
      'a list around it': body('[{"events":[{"parrot":1}]}]'),
      'a list of events alone': body('[{"kind":"parrot"}]'),
      'one event alone': body('{"kind":"parrot"}'),
      'an unknown field': { of, with: { parrot: 1 } },
      'another list': { of, with: { parrot: [1, 2] } },
      __proto__: { of, members: '"__proto__":{"events":["parrot"]}' },
      'events in other letters': body('{"Events":[{"parrot":1}]}'),
      '1,001 events': events(Array(1001).fill({ parrot: 1 })),
      'very many events': body(`{"events":[${'{},'.repeat(50_000)}{}]}`),
      'an undeclared parameter': { of, query: 'parrot=1' },
    },
  ),
  ...cases(
    { section: 'batch: JSON', status: 400, problem: 'malformed-json' },
    {
      'a comma too many': body('{"events":[{"parrot":1},]}'),
      'an event that is not JSON': body('{"events":[{},{parrot:1},{}]}'),
      'an event that is cut short': body('{"events":[{},{"parrot":'),
      'an event in Latin-1': body(Buffer.from('{"events":[{"a":"é"}]}', 'latin1')),
      'a bracket that closes another': body('{"events":[{"parrot":[}]]}'),
      'events twice': { of, members: '"events":["parrot"]' },
      'nine levels beside the events': { of, members: `"a":${'{"a":'.repeat(8)}1${'}'.repeat(8)}` },
      'very many levels': body('['.repeat(50_000) + ']'.repeat(50_000)),
      'very many brackets that open': body('{"events":['.padEnd(100_000, '{')),
      'very many quotes': body('{"events":'.padEnd(100_000, '"')),
      'a long text beside the events': { of, members: `"parrot":"${'x'.repeat(70_000)}"` },
    },
  ),
  ...cases(
    { section: 'batch: privacy', status: 400, problem: 'privacy-key' },
    {
      'beside the events': { of, with: { notes: 'parrot' } },
      'in an event of a batch with an unknown field': {
        of,
        with: { events: [{ notes: 'parrot' }], parrot: 1 },
      },
      'in an event of what is not JSON': body('{"events":[{"notes":"parrot"},]}'),
      'in one of 1,001 events': events([...Array(1000).fill({}), { notes: 'parrot' }]),
      'in the query string': { of, query: 'notes=parrot' },
    },
  ),
  ...cases(
    { section: 'batch: body', status: 413, problem: 'body-too-large' },
    {
      '2 MiB and a byte': { of, padTo: 2048 * kibibyte + 1 },
      '2 MiB and a byte in chunks': { of, padTo: 2048 * kibibyte + 1, framing: { chunksOf: 60_000 } },
    },
  ),
  ...cases(
    { section: 'batch: token', status: 401, problem: 'unauthenticated' },
    { none: { of, authorization: [] } },
  ),
  ...cases(
    { section: 'batch: media type', status: 415, problem: 'unsupported-media-type' },
    { 'lines of JSON': { of, contentType: ['application/x-ndjson'] } },
  ),
  ...cases(
    { section: 'batch: limit', status: 429, problem: 'rate-limited', limited: true },
    { 'a batch': { of } },
  ),
];
