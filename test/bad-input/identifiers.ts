import { randomUUID } from 'node:crypto';
import { cases, eachValue, malformed, type Spoiling } from './bad-input.ts';

/** Texts that are no identifier and no id, in bodies and in addresses (spec 2.4). */
const identifiers = {
  'a sentence': 'she cried parrot',
  'a telephone number': '613-555-0123',
  'seven digits': '5550123',
  'seven digits between letters': 'a5550123b',
  'seven digits across separators': 'a5.5_5:0-1.2_3',
  'a UUID and more': `${randomUUID()}-x1234567`,
  'an e-mail address': 'parrot@example.org',
  'a statement': "x'; DROP TABLE pilot.services; --",
  'an object of NoSQL': { $ne: null },
  'a path': '../../parrot',
  markup: '<script>parrot</script>',
  'a leading dot': '.a',
  'a leading hyphen': '-a',
  'an accent': 'éparrot',
  'look-alikes': 'сусle-а',
  'full width': 'ｃycle-a',
  'digits of another script': 'a٣',
  'a zero-width space': 'cycle-a\u200b',
  'a NUL': 'cycle-a\0',
  'a lone surrogate': 'a\ud800',
  'a line break behind': 'cycle-a\n',
  '101 characters': 'a'.repeat(101),
  '60 KiB': 'a'.repeat(60_000),
  'a number': 12,
  'a list': ['cycle-a'],
  nothing: '',
  null: null,
};

const ids = {
  nothing: '',
  'a number': 7,
  null: null,
  'a list': [randomUUID()],
  '35 characters': randomUUID().slice(1),
  '37 characters': `${randomUUID()}0`,
  'no hyphens': randomUUID().replaceAll('-', ''),
  braces: `{${randomUUID()}}`,
  'a URN': `urn:uuid:${randomUUID()}`,
  'no hexadecimal digits': 'zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz',
  'digits of another script': '٠190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e12',
  'a line break behind': `${randomUUID()}\n`,
  'a statement': "' OR '1'='1",
};

export const badIdentifiers = [
  ...cases(
    { section: 'values: identifiers', ...malformed },
    {
      ...eachValue('preference-fit', 'pilot_cycle_id', identifiers),
      ...eachValue('preference-fit', 'cohort_label', {
        'a sentence': 'she cried parrot',
        'a telephone number': '6135480123',
      }),
      ...eachValue('scope', 'service_id', {
        'a sentence': 'she cried parrot',
        'a telephone number': '613.548.0123',
      }),
      ...eachValue('decision', 'redline_checklist_version', {
        '51 characters': 'a'.repeat(51),
        'a telephone number': '613-548-0123',
        'a NUL': 'v1\0',
      }),
    },
  ),
  ...cases(
    { section: 'values: ids', ...malformed },
    {
      ...eachValue('preference-fit', 'id', ids),
      ...eachValue('preference-fit', 'org_id', {
        null: null,
        nothing: '',
        'a statement': "' OR '1'='1",
        'two of them': ['{orgA}', '{orgB}'],
      }),
      ...eachValue('connection', 'contact_attempt_event_id', {
        null: null,
        'a number': 1,
        'not a UUID': 'parrot',
      }),
    },
  ),
  ...cases(
    { section: 'values: ids in the address', ...malformed },
    Object.fromEntries(
      [
        'parrot',
        '%00',
        '%0a',
        '%20',
        '%2e%2e',
        '%252e',
        "'",
        '1',
        'null',
        '*',
        `${randomUUID()}%00`,
        `%7B${randomUUID()}%7D`,
        'x'.repeat(64),
        'x'.repeat(65),
        'x'.repeat(5_000),
      ].map((id): [string, Spoiling] => [
        `"${id.slice(0, 40)}" of ${id.length}`,
        { of: 'referral-update', path: `/api/v1/pilot/events/referral/${id}` },
      ]),
    ),
  ),
];
