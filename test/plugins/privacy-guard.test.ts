import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { contactAttemptBody } from '../support/events.ts';
import { startTestService } from '../support/service.ts';
import { refused } from './support/refused.ts';

const service = await startTestService(t);
const { owner, orgA } = service;
const path = '/events/contact-attempt';
const words = ['query', 'query_text', 'message', 'user_text', 'notes'];
const valid = contactAttemptBody(orgA);
/** The valid body with this JSON put in front of its fields. */
const withMembers = (members: string) => `{${members},${JSON.stringify(valid).slice(1)}`;
const withKey = (key: string) => withMembers(`${JSON.stringify(key)}:1`);

const isPrivacyKey = async (t: Test, key: string, what = key) => {
  refused(t, await owner.post(path, withKey(key)), 'privacy-key', what);
};

t.test('each privacy key is refused in each of its usual spellings', async (t) => {
  const spellings = [
    (word: string) => word,
    (word: string) => word.toUpperCase(),
    (word: string) => word.replaceAll('_', ''),
    (word: string) => word.replaceAll('_', '-'),
    (word: string) => word.replaceAll('_', ' '),
    (word: string) => word.replaceAll('_', '.'),
    (word: string) => word.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    (word: string) => ` ${word}\n`,
    (word: string) => `$${word}[]`,
    (word: string) => [...word].join('_'),
  ];
  for (const word of words) for (const spell of spellings) await isPrivacyKey(t, spell(word));
});

const wide = (text: string) =>
  text.replace(/[a-z]/gi, (letter) => String.fromCodePoint(0xfee0 + (letter.codePointAt(0) ?? 0)));

t.test('a privacy key is refused however its letters are dressed up', async (t) => {
  const disguised: Record<string, string> = {
    'full width': wide('notes'),
    'full width, upper case': wide('NOTES'),
    'mathematical bold': '\u{1d427}\u{1d428}\u{1d42d}\u{1d41e}\u{1d42c}',
    circled: 'ⓝⓞⓣⓔⓢ',
    'a long s': 'noteſ',
    'a superscript': 'noteˢ',
    'a sharp s': 'meßage',
    'a capital sharp s': 'ME\u1e9eAGE',
    'a zero-width space': 'no\u200btes',
    'a zero-width joiner': 'no\u200dtes',
    'a word joiner': 'no\u2060tes',
    'a byte-order mark': '\ufeffnotes',
    'a soft hyphen': 'no\u00adtes',
    'a right-to-left override': '\u202enotes',
    'a variation selector': 'n\ufe0fotes',
    'a language tag': 'notes\u{e0061}',
    'a combining grapheme joiner': 'n\u034fotes',
    'a Hangul filler': 'no\u3164tes',
    'a half-width Hangul filler': 'no\uffa0tes',
    'a strike-through': 'n\u0336o\u0336t\u0336e\u0336s\u0336',
    'an enclosing circle': 'n\u20ddotes',
    'a NUL': 'no\u0000tes',
    'a lone surrogate': 'no\ud800tes',
    'an emoji': 'notes📝',
  };
  for (const [what, key] of Object.entries(disguised)) await isPrivacyKey(t, key, what);
});

t.test('a privacy key is refused in any mixture of case, width and things between its letters', async (t) => {
  const between = fc.constantFrom(
    '',
    '_',
    '-',
    ' ',
    '.',
    '\u200b',
    '\u2060',
    '\u00ad',
    '\u0336',
    '\ufe0f',
    '\t',
    '$',
  );
  const dress = fc.constantFrom(
    (letter: string) => letter,
    (letter: string) => letter.toUpperCase(),
    wide,
    (letter: string) => wide(letter.toUpperCase()),
    (letter: string) => String.fromCodePoint(0x24d0 - 97 + (letter.codePointAt(0) ?? 0)),
  );
  const spelling = fc
    .constantFrom(...words.map((word) => word.replaceAll('_', '')))
    .chain((word) =>
      fc.tuple(between, ...[...word].map((letter) => fc.tuple(fc.constant(letter), dress, between))),
    )
    .map(
      ([first, ...letters]) =>
        first + letters.map(([letter, dressed, after]) => dressed(letter) + after).join(''),
    );
  await fc.assert(
    fc.asyncProperty(spelling, async (key) => {
      const { body } = await owner.post(path, withKey(key));
      return body.type === '/problems/privacy-key' && !JSON.stringify(body).includes(key);
    }),
    { numRuns: 200 },
  );
  t.pass('200 spellings were refused');
});

t.test('a privacy key is found wherever it is', async (t) => {
  const places: Record<string, string> = {
    'in an object': withMembers('"x":{"notes":1}'),
    'in a known field': JSON.stringify({ ...valid, service_id: { message: 'x' } }),
    'in lists': withMembers('"x":[[1,{"y":[{"user_text":1}]}]]'),
    'eight levels down': withMembers(`"x":${'{"a":'.repeat(6)}{"notes":1}${'}'.repeat(6)}`),
    'nine levels down, which is too deep': withMembers(`"x":${'['.repeat(7)}{"notes":1}${']'.repeat(7)}`),
    'in a list at the top': '[{"notes":1}]',
    'in escapes': withMembers('"\\u006eotes":1'),
    'given twice': withMembers('"notes":1,"notes":2'),
    'in a field that is given twice': withMembers('"x":{"notes":1},"x":{}'),
    'in the first of two __proto__': withMembers('"__proto__":{"notes":1},"__proto__":{}'),
    'in __proto__': withMembers('"__proto__":{"notes":1}'),
    'in constructor': withMembers('"constructor":{"prototype":{"notes":1}}'),
    'with an empty value': withMembers('"notes":null'),
    'in what is cut short': withMembers('"notes":1').slice(0, -1),
    'in what is not JSON': 'notes: "x", {"notes": yes}',
    'beside everything else that is wrong': '{"notes":{},"id":1,"unknown":2}',
  };
  for (const [what, body] of Object.entries(places))
    refused(t, await owner.post(path, body), 'privacy-key', what);
});

t.test('a privacy key is found in query strings, whatever else is wrong with the request', async (t) => {
  const found = [
    'notes=x',
    'notes',
    'a=1&query=x',
    'qu%65ry=x',
    'QUERY_TEXT=',
    'no%E2%80%8Btes=x',
    'user+text=x',
    'notes[]=x',
    'org_id=1&org_id=2&Message=x',
    '%EF%BD%8Eotes=1',
  ];
  for (const query of found) {
    refused(t, await owner.get(`/metrics/scorecard?${query}`), 'privacy-key', `GET ?${query}`);
    refused(t, await owner.post(`${path}?${query}`, valid), 'privacy-key', `POST ?${query}`);
    refused(t, await owner.post(`${path}?${query}`, '{'), 'privacy-key', `not JSON, ?${query}`);
  }
  const update = await owner.patch('/events/referral/not-a-uuid', { notes: 1 });
  refused(t, update, 'privacy-key', 'an id that is none');
});

t.test('who has no token, or sends what is not read at all, does not learn about keys', async (t) => {
  const body = withKey('notes');
  refused(t, await service.send('POST', path, { body }), 'unauthenticated');
  refused(
    t,
    await owner.post(path, body, { headers: { 'content-type': 'text/plain' } }),
    'unsupported-media-type',
  );
  refused(t, await owner.post(path, body.padEnd(70_000)), 'body-too-large');
  refused(t, await service.stranger.post(path, body), 'privacy-key', 'before permission');
});

t.test('look-alikes of other scripts and letters with accents are ordinary unknown keys', async (t) => {
  const others = {
    'Cyrillic о': 'n\u043etes',
    'Greek omicron': 'n\u03bftes',
    'a dotless i is no e': 'notıs',
    'an o with an accent': 'n\u00f2tes',
    'an o with a combining accent': 'no\u0300tes',
    plural: 'messages',
    longer: 'notes_of_meeting',
    shorter: 'note',
    'a digit more': 'notes2',
    nothing: '',
    'only separators': '__',
  };
  for (const [what, key] of Object.entries(others)) {
    const answer = await owner.post(path, withKey(key));
    refused(t, answer, 'invalid-request', what);
    t.match(answer.body.errors, [{ path: '(unknown field)', code: 'unknown_field' }], what);
  }
});

t.test('fields that only contain such a word, and values that are one, are fine', async (t) => {
  const coded = { ...valid, id: randomUUID(), outcome_notes_code: 'busy_signal' };
  t.equal((await owner.post(path, coded)).status, 201);
  t.equal((await owner.post(path, { ...valid, service_id: 'message' })).status, 422);
  refused(t, await owner.get('/metrics/scorecard?org_id=notes'), 'invalid-request', 'as a value');
});
