import { gzipSync } from 'node:zlib';
import t from 'tap';
import { eventKinds } from '../support/events.ts';
import { cycle, startTestService } from '../support/service.ts';
import { rawRequest, sendRaw } from './support/raw-http.ts';
import { refused } from './support/refused.ts';

const service = await startTestService(t);
const { owner, appAdmin, orgA } = service;
const path = '/events/preference-fit';
const valid = {
  pilot_cycle_id: cycle,
  org_id: orgA,
  cohort_label: 'youth',
  recorded_at: '2026-03-02T15:00:00.000Z',
  preferred_via_careconnect: true,
};
const text = JSON.stringify(valid);
const limit = 64 * 1024;
/** The valid body with these members put in front, as they are. */
const withMembers = (members: string) => `{${members},${text.slice(1)}`;

const post = (body: unknown, contentType = 'application/json', headers: Record<string, string> = {}) =>
  owner.post(path, body, { headers: { 'content-type': contentType, ...headers } });

t.test('application/json is accepted, with or without saying UTF-8', async (t) => {
  const accepted = [
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'Application/JSON ; charset=utf-8',
  ];
  for (const contentType of accepted) t.equal((await post(text, contentType)).status, 201, contentType);
});

t.test('any other media type, charset or content encoding is 415, even when the body would do', async (t) => {
  const others = [
    '',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/json5',
    'application/ld+json',
    'application/problem+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/json, text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; version=1',
    'json',
  ];
  for (const contentType of others)
    refused(t, await post(text, contentType), 'unsupported-media-type', contentType);
  for (const encoding of ['gzip', 'identity', 'br', 'deflate', '']) {
    const body = encoding === 'gzip' ? gzipSync(text) : text;
    const answer = await post(body, 'application/json', { 'content-encoding': encoding });
    refused(t, answer, 'unsupported-media-type', `content-encoding "${encoding}"`);
  }
  const untyped = rawRequest(
    'POST',
    `/api/v1/pilot${path}`,
    [`authorization: Bearer ${owner.token}`, `content-length: ${text.length}`],
    text,
  );
  refused(t, await sendRaw(service, untyped), 'unsupported-media-type', 'no content type');
});

t.test('what is not JSON in UTF-8 is 400 of its own kind', async (t) => {
  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const unreadable: Record<string, string | Uint8Array> = {
    empty: '',
    'white space only': ' \n',
    garbage: 'not json',
    'cut short': text.slice(0, -1),
    'trailing garbage': `${text}x`,
    'two values': `${text}${text}`,
    'a trailing comma': `${text.slice(0, -1)},}`,
    'a comment': `/* */${text}`,
    'single quotes': text.replaceAll('"', "'"),
    NaN: withMembers('"x":NaN'),
    'a leading zero': withMembers('"x":01'),
    'a raw line break in a text': withMembers('"x":"a\nb"'),
    'a NUL after the end': `${text}\0`,
    'a byte-order mark': bytes([0xef, 0xbb, 0xbf], text),
    'UTF-16': Buffer.from(text, 'utf16le'),
    'an invalid byte': bytes(withMembers('"x":"').slice(0, 6), [0xff], '"}'),
    'an overlong sequence': bytes('{"x":"', [0xc0, 0xaf], '"}'),
    'a surrogate in UTF-8': bytes('{"x":"', [0xed, 0xa0, 0x80], '"}'),
    'a cut sequence': bytes('{"x":"', [0xe2, 0x82], '"}'),
    'a field twice': withMembers('"org_id":"x"'),
    'a field twice, once with escapes': withMembers('"\\u006frg_id":"x"'),
    'a field twice, deep inside': withMembers('"x":[{"a":1,"b":{"c":1,"\\u0063":2}}]'),
    'a field twice, the same value': withMembers(`"org_id":"${orgA}"`),
    '__proto__ twice': withMembers('"__proto__":{},"__proto__":{}'),
    'nine levels of lists': withMembers(`"x":${'['.repeat(8)}${']'.repeat(8)}`),
    'nine levels of objects': `${'{"a":'.repeat(9)}1${'}'.repeat(9)}`,
    'very many levels': `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
  };
  for (const [what, body] of Object.entries(unreadable)) refused(t, await post(body), 'malformed-json', what);
});

t.test('what is JSON but not the object that is expected is 400', async (t) => {
  const wrong: Record<string, string> = {
    'a list': `[${text}]`,
    null: 'null',
    'a text': JSON.stringify(text),
    'a number': '1e400',
    true: 'true',
    'an empty object': '{}',
    'eight levels': `${'{"a":'.repeat(8)}1${'}'.repeat(8)}`,
    'the same name in two objects': '{"a":{"b":1},"c":{"b":1}}',
    'one unknown field': withMembers('"x":1'),
    __proto__: withMembers('"__proto__":{"x":1}'),
    '__proto__ with escapes': withMembers('"\\u005f_proto__":{"x":1}'),
    '__proto__ null': withMembers('"__proto__":null'),
    constructor: withMembers('"constructor":{"prototype":{"x":1}}'),
    'constructor and more': withMembers('"constructor":1,"toString":1,"hasOwnProperty":1'),
    'an empty name': withMembers('"":1'),
  };
  for (const [what, body] of Object.entries(wrong)) refused(t, await post(body), 'invalid-request', what);
  t.equal(Object.hasOwn(Object.prototype, 'x'), false);
});

t.test('no endpoint that takes a body accepts __proto__', async (t) => {
  for (const kind of eventKinds) {
    const body = JSON.stringify(await kind.body(service)).replace('{', '{"__proto__":{"id":"x"},');
    refused(t, await owner.post(kind.path, body), 'invalid-request', kind.path);
  }
  const others = ['/scope/services', '/metrics/recompute', '/integration-feasibility'];
  for (const other of others) {
    const answer = await owner.post(other, '{"__proto__":{}}');
    const unknown = answer.body.errors.filter(({ code }: { code: string }) => code === 'unknown_field');
    t.equal(unknown.length, 1, other);
  }
});

t.test('64 KiB are read, and one byte more is 413, however it is sent', async (t) => {
  const fits = text.padEnd(limit);
  const chunked = (body: string) =>
    sendRaw(
      service,
      rawRequest(
        'POST',
        `/api/v1/pilot${path}`,
        [
          `authorization: Bearer ${owner.token}`,
          'content-type: application/json',
          'transfer-encoding: chunked',
        ],
        `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      ),
    );
  t.equal((await post(fits)).status, 201);
  t.equal((await chunked(fits)).status, 201, 'chunked');
  refused(t, await post(`${fits} `), 'body-too-large');
  refused(t, await chunked(`${fits} `), 'body-too-large', 'chunked');
  refused(t, await post('ä'.repeat(limit / 2 + 1)), 'body-too-large', 'bytes count, not characters');
});

t.test('a body whose length is not as announced is refused', async (t) => {
  const head = [`authorization: Bearer ${owner.token}`, 'content-type: application/json'];
  const lies = [
    ['content-length: -1'],
    ['content-length: 5', 'transfer-encoding: chunked'],
    [`content-length: ${text.length}`, 'content-length: 5'],
  ];
  for (const bad of lies) {
    const answer = await sendRaw(
      service,
      rawRequest('POST', `/api/v1/pilot${path}`, [...head, ...bad], text),
    );
    refused(t, answer, 'invalid-request', String(bad));
  }
  const tooShort = rawRequest(
    'POST',
    `/api/v1/pilot${path}`,
    [...head, `content-length: ${text.length - 1}`],
    text,
  );
  refused(t, await sendRaw(service, tooShort), 'malformed-json', 'what is announced is not JSON');
});

t.test('NUL, control characters and lone surrogates are refused in every text', async (t) => {
  const decision = {
    decision: 'conditional',
    decision_date: '2026-03-01',
    redline_checklist_version: 'v1',
    violations: [],
    compensating_controls: ['A control'],
    owners: ['somebody'],
  };
  for (const bad of ['a\\u0000b', 'a\\ud800b', 'a\\udc00', 'a\\u001bb', 'a\\u0085b', '\\ud83d', ' \\n ']) {
    for (const field of ['owners', 'compensating_controls', 'redline_checklist_version']) {
      const value = field === 'redline_checklist_version' ? `"${bad}"` : `["${bad}"]`;
      const body = JSON.stringify({ ...decision, [field]: 0 }).replace(`"${field}":0`, `"${field}":${value}`);
      refused(
        t,
        await appAdmin.post('/integration-feasibility', body),
        'invalid-request',
        `${field}: ${bad}`,
      );
    }
    const body = JSON.stringify({ ...valid, cohort_label: 0 }).replace(
      '"cohort_label":0',
      `"cohort_label":"${bad}"`,
    );
    refused(t, await post(body), 'invalid-request', `cohort_label: ${bad}`);
  }
});
