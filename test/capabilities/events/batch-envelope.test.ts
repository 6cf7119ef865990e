import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { rawRequest, sendRaw } from '../../plugins/support/raw-http.ts';
import { refused } from '../../plugins/support/refused.ts';
import { contactAttemptBody, countRows, errorsOf } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';
import { batchPath, inBatch, sendBatch, statusesOf } from './support/batches.ts';

/** What is wrong with a batch as a whole, and how much of one there may be. */
const s = await startTestService(t);
const { owner, orgA } = s;
const mebibyte = 1024 * 1024;

const attempt = (more: Record<string, unknown> = {}) =>
  inBatch('contact-attempt', contactAttemptBody(orgA, { id: randomUUID(), ...more }));
const good = JSON.stringify(attempt());
const post = (body: unknown) => owner.post(batchPath, body);

t.beforeEach(async () => {
  stored = await countRows(s, 'pilot_contact_attempt_events');
});
let stored = 0;

t.test('a faulty envelope refuses the whole, and nothing is stored', async (t) => {
  const faulty: Record<string, [body: unknown, errors: string]> = {
    'an empty object': ['{}', 'events required'],
    null: ['null', '(whole) invalid_type'],
    'a list': [`[${good}]`, '(whole) invalid_type'],
    'a list in a list': [`[[${good}]]`, '(whole) invalid_type'],
    'a text': ['"events"', '(whole) invalid_type'],
    'no event': ['{"events":[]}', 'events too_small'],
    'no event between spaces': ['{"events":[ \n\t\r ]}', 'events too_small'],
    'an object': [`{"events":{"0":${good}}}`, 'events invalid_type'],
    'a text for events': [`{"events":"[]"}`, 'events invalid_type'],
    'null for events': [`{"events":null}`, 'events invalid_type'],
    'one event': [good, ''],
    'an unknown field': [`{"events":[${good}],"more":1}`, '(unknown field) unknown_field'],
    'an unknown list': [`{"more":[1],"events":[${good}]}`, '(unknown field) unknown_field'],
    __proto__: [`{"events":[${good}],"__proto__":{}}`, '(unknown field) unknown_field'],
    'events in other letters': [`{"Events":[${good}]}`, ''],
    '1,001 events': [{ events: Array.from({ length: 1001 }, () => attempt()) }, 'events too_big'],
    'very many events': [`{"events":[${'1,'.repeat(500_000)}1]}`, 'events too_big'],
  };
  for (const [what, [body, error]] of Object.entries(faulty)) {
    const answer = await post(body);
    refused(t, answer, 'invalid-request', what);
    if (error) t.same(errorsOf(answer), [error], what);
  }
  t.equal(await countRows(s, 'pilot_contact_attempt_events'), stored);
});

t.test('what is not JSON in one event is not JSON as a whole', async (t) => {
  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
  const unreadable: Record<string, [body: string | Buffer, error: string]> = {
    empty: ['', 'not_json'],
    'cut short': [`{"events":[${good}`, 'not_json'],
    'cut short in an event': [`{"events":[${good.slice(0, -5)}`, 'not_json'],
    'cut short behind an escape': ['{"events":["\\', 'not_json'],
    'more behind it': [`{"events":[${good}]}x`, 'not_json'],
    'a comma too many': [`{"events":[${good},]}`, 'not_json'],
    'a comma before': [`{"events":[,${good}]}`, 'not_json'],
    'two commas': [`{"events":[${good},,${good}]}`, 'not_json'],
    'no comma': [`{"events":[${good} ${good}]}`, 'not_json'],
    'a comma in an event': [`{"events":[${good},{"a":1,}]}`, 'not_json'],
    'the wrong bracket': [`{"events":[{"a":[}]]}`, 'not_json'],
    'crossed brackets': [`{"events":[{]}`, 'not_json'],
    'a list closed twice': [`{"events":[${good}]]}`, 'not_json'],
    'a bracket too many in an event': [`{"events":[${good}},${good}]}`, 'not_json'],
    'a comment': [`{"events":[/* , */${good}]}`, 'not_json'],
    'a raw line break': [`{"events":["a\nb"]}`, 'not_json'],
    'a byte-order mark': [`\ufeff{"events":[${good}]}`, 'not_json'],
    'an invalid byte in one event': [bytes(`{"events":[${good},"`, [0xff], '"]}'), 'not_json'],
    'an invalid byte in the middle of a large event': [
      bytes(`{"events":["${'x'.repeat(70_000)}`, [0xc0, 0xaf], '"]}'),
      'not_json',
    ],
    'UTF-16': [Buffer.from(`{"events":[${good}]}`, 'utf16le'), 'not_json'],
    'events twice': [`{"events":[${good}],"events":[${good}]}`, 'duplicate_key'],
    'events twice, once in escapes': [`{"events":[${good}],"\\u0065vents":[]}`, 'duplicate_key'],
    'nine levels around': [`{"events":[${good}],"x":${'{"a":'.repeat(8)}1${'}'.repeat(8)}}`, 'too_deep'],
    'too much around': [`{"x":"${'x'.repeat(70_000)}","events":[${good}]}`, 'too_much_around'],
  };
  for (const [what, [body, error]] of Object.entries(unreadable)) {
    const answer = await post(body);
    refused(t, answer, 'malformed-json', what);
    t.same(errorsOf(answer), [`(whole) ${error}`], what);
  }
  t.equal(await countRows(s, 'pilot_contact_attempt_events'), stored);
});

t.test('a privacy key wins over whatever else the whole is refused for', async (t) => {
  const sensitive = JSON.stringify(attempt({ notes: 'parrot' }));
  const bodies: Record<string, string | Buffer> = {
    'in the envelope': `{"events":[${good}],"notes":"parrot"}`,
    'in the envelope, in a list': `{"events":[${good}],"x":[{"notes":"parrot"}]}`,
    'in an object instead of the list': `{"events":{"notes":"parrot"}}`,
    'in a list instead of the object': `[${sensitive}]`,
    'in an event beside an unknown field': `{"events":[${sensitive}],"x":1}`,
    'in an event beside a field twice': `{"events":[${sensitive}],"events":[]}`,
    'in an event of what is not JSON': `{"events":[${sensitive},]}`,
    'behind what is not JSON': `{"events":[{"a":1,},${sensitive}]}`,
    'in what is not UTF-8': Buffer.from(`{"events":["\xff",${sensitive}]}`, 'latin1'),
    'in the last of 1,001 events': `{"events":[${`${good},`.repeat(1000)}${sensitive}]}`,
    'in a large event of what is not JSON': `{"events":[{"notes":"${'x'.repeat(70_000)}"},]}`,
    'where there is too much around': `{"x":"${'x'.repeat(70_000)}","events":[${sensitive}]}`,
  };
  for (const [what, body] of Object.entries(bodies)) refused(t, await post(body), 'privacy-key', what);
  const withQuery = (query: string, event: string) =>
    owner.post(`${batchPath}?${query}`, `{"events":[${event}]}`);
  refused(t, await withQuery('undeclared=1', good), 'invalid-request', 'an undeclared parameter');
  refused(t, await withQuery('undeclared=1', sensitive), 'privacy-key', 'in an event beside it');
  refused(t, await withQuery('notes=1', good), 'privacy-key', 'in the query string');
  t.equal(await countRows(s, 'pilot_contact_attempt_events'), stored);
  t.notMatch(s.log(), 'parrot');
});

t.test('events are told apart by their brackets, whatever their texts say', async (t) => {
  const tricky = [
    attempt({ '],[': '}]},{"a"' }),
    attempt({ x: '\\' }),
    attempt({ x: '\\"],[{' }),
    attempt({ 'é"\\': ['\u0000', '😀', [[], {}]] }),
    [],
    {},
    '',
    ',',
  ];
  const answer = await post(
    `\n{ "\\u0065vents"\t: [ ${tricky.map((event) => JSON.stringify(event)).join(' ,\r\n')}, ${good} ] } `,
  );
  t.same(statusesOf(answer), [...tricky.map(() => 'invalid-request'), 'created']);
});

t.test('2 MiB are read, and one byte more is 413; an event in it may have 64 KiB', async (t) => {
  const limit = 64 * 1024;
  const event = (size: number) => JSON.stringify(attempt()).padEnd(size);
  const many = `{"events":[${Array.from({ length: 30 }, () => event(limit)).join()},${event(limit + 1)}`;
  const fits = `${many.padEnd(2 * mebibyte - 2)}]}`;
  t.equal(Buffer.byteLength(fits), 2 * mebibyte);
  const answer = await post(fits);
  t.same(statusesOf(answer), [...Array(30).fill('created'), 'body-too-large']);
  refused(t, await post(`${fits} `), 'body-too-large');
  refused(t, await owner.post('/events/contact-attempt', event(limit + 1)), 'body-too-large');
});

t.test('the media type is as strict as everywhere', async (t) => {
  const body = `{"events":[${good}]}`;
  const send = (headers: Record<string, string>, sent: string | Uint8Array = body) =>
    owner.post(batchPath, sent, { headers });
  refused(t, await send({ 'content-type': 'application/x-ndjson' }), 'unsupported-media-type');
  refused(t, await send({ 'content-type': 'application/json; charset=utf-16' }), 'unsupported-media-type');
  refused(t, await send({ 'content-encoding': 'gzip' }, gzipSync(body)), 'unsupported-media-type');
  t.equal((await send({ 'content-type': 'application/json; charset=utf-8' })).status, 200);
});

/** A request in chunks of so many bytes. */
function inChunks(path: string, body: string, size: number): string {
  const chunks = body.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
  return rawRequest(
    'POST',
    `/api/v1/pilot${path}`,
    [`authorization: Bearer ${owner.token}`, 'content-type: application/json', 'transfer-encoding: chunked'],
    `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`,
  );
}

t.test('a large batch may come in thousands of pieces, and another body may not', async (t) => {
  const largest = `{"events":[${JSON.stringify(attempt())}]}`.padEnd(2 * mebibyte);
  t.equal((await sendRaw(s, inChunks(batchPath, largest, 512))).status, 200, '4,096 pieces');
  const refusedForPieces = await sendRaw(s, inChunks(batchPath, largest, 128));
  t.same(
    [refusedForPieces.status, errorsOf(refusedForPieces)],
    [400, ['(whole) invalid_http']],
    '16,384 pieces',
  );
  const single = JSON.stringify(contactAttemptBody(orgA)).padEnd(60_000);
  const refusedSingle = await sendRaw(s, inChunks('/events/contact-attempt', single, 20));
  t.same([refusedSingle.status, errorsOf(refusedSingle)], [400, ['(whole) invalid_http']], '3,000 pieces');
});

t.test('a thousand rejections have room in the answer', async (t) => {
  const answer = await sendBatch(owner, Array(1000).fill({ kind: 'contact-attempt' }));
  t.equal(answer.status, 200);
  t.same(new Set(statusesOf(answer)), new Set(['invalid-request']));
  t.equal(answer.body.results.at(-1).index, 999);
});
