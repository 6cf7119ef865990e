import { randomUUID } from 'node:crypto';
import { at, later } from '../support/events.ts';
import { cases, eachValue, type GoodRequestName, malformed, type Spoiling } from './bad-input.ts';

/** Bodies in which one value is missing or wrong, or two do not go together (spec 2.4). */
const codes = {
  unknown: 'parrot',
  'capital letters': 'PHONE',
  'a space behind': 'phone ',
  nothing: '',
  null: null,
  'a number': 0,
  'a list': ['phone'],
  'a name of every object': 'constructor',
};

const hashes = {
  'a telephone number': '613-555-0123',
  '63 digits': 'a1'.repeat(32).slice(1),
  '65 digits': `${'a1'.repeat(32)}a`,
  'no hexadecimal digit': 'g1'.repeat(32),
  base64: Buffer.from('a1'.repeat(16)).toString('base64').padEnd(64, '='),
  'the hash of nothing': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'the hash of nothing in capital letters':
    'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855',
  'zeros only': '0'.repeat(64),
  'one digit only': 'F'.repeat(64),
  'a space around': ` ${'a1'.repeat(32)}`,
  'full width': 'ａ'.repeat(64),
  nothing: '',
  null: null,
  'a number': 1e63,
};

const texts = {
  'a telephone number': ['Call 613-548-0123'],
  'a telephone number with an area in brackets': ['(613) 548 0123'],
  'an international telephone number': ['+44 20 7946 0958'],
  'a telephone number in full width': ['６１３５４８０１２３'],
  'a telephone number with zero-width spaces': ['613\u200b548\u200b0123'],
  'an e-mail address': ['parrot@example.org'],
  'an e-mail address in full width': ['parrot＠example.org'],
  'a NUL': ['parrot\0'],
  'a line break': ['parrot\nmark'],
  'an escape character': ['parrot\x1b[2J'],
  'a lone surrogate': ['parrot\ud800'],
  'two surrogates in the wrong order': ['parrot\udc00\ud800'],
  'no letters': [' .-. '],
  nothing: [''],
  'a text': 'parrot',
  numbers: [1, 2],
  'lists in lists': [['parrot']],
  null: null,
  '21 of them': Array.from({ length: 21 }, (_, i) => `control ${i}`),
  'ten thousand of them': Array.from({ length: 10_000 }, () => 'a1'),
  '501 characters': ['a'.repeat(501)],
  'sixty thousand digits': ['1 '.repeat(30_000)],
};

const booleans = { 'a text': 'true', one: 1, zero: 0, nothing: '', null: null, 'a list': [true] };

const required: [GoodRequestName, string[]][] = [
  [
    'contact-attempt',
    [
      'pilot_cycle_id',
      'service_id',
      'recorded_by_org_id',
      'entity_key_hash',
      'attempt_channel',
      'attempt_outcome',
      'attempted_at',
    ],
  ],
  ['referral', ['pilot_cycle_id', 'source_org_id', 'target_service_id', 'created_at', 'updated_at']],
  ['referral-update', ['source_org_id', 'referral_state', 'updated_at', 'terminal_at']],
  ['connection', ['pilot_cycle_id', 'org_id', 'service_id', 'connected_at', 'contact_attempt_event_id']],
  ['service-status', ['pilot_cycle_id', 'org_id', 'service_id', 'checked_at', 'status_code']],
  [
    'data-decay-audit',
    ['pilot_cycle_id', 'org_id', 'service_id', 'audited_at', 'is_fatal', 'verification_mode'],
  ],
  [
    'preference-fit',
    ['pilot_cycle_id', 'org_id', 'cohort_label', 'recorded_at', 'preferred_via_careconnect'],
  ],
  ['scope', ['pilot_cycle_id', 'org_id', 'service_id', 'sla_tier']],
  ['recompute', ['pilot_cycle_id']],
  [
    'decision',
    [
      'decision',
      'decision_date',
      'redline_checklist_version',
      'violations',
      'compensating_controls',
      'owners',
    ],
  ],
];

export const fieldValues = [
  ...cases(
    { section: 'values: missing', ...malformed },
    Object.fromEntries(
      required.flatMap(([of, fields]) =>
        fields.map((without): [string, Spoiling] => [`${without} of a ${of}`, { of, without }]),
      ),
    ),
  ),
  ...cases(
    { section: 'values: codes', ...malformed },
    {
      ...eachValue('contact-attempt', 'attempt_channel', codes),
      ...eachValue('contact-attempt', 'attempt_outcome', { unknown: 'parrot', null: null }),
      ...eachValue('contact-attempt', 'outcome_notes_code', {
        'a sentence': 'she cried parrot',
        null: null,
        'a code of referrals': 'ineligible',
      }),
      ...eachValue('referral', 'referral_state', {
        unknown: 'parrot',
        null: null,
        'capital letters': 'Initiated',
      }),
      ...eachValue('service-status', 'status_code', {
        unknown: 'parrot',
        null: null,
        'a list': ['available'],
      }),
      ...eachValue('data-decay-audit', 'verification_mode', { unknown: 'parrot', null: null }),
      ...eachValue('scope', 'sla_tier', { unknown: 'parrot', null: null }),
      ...eachValue('decision', 'decision', { unknown: 'parrot', null: null, 'capital letters': 'GO' }),
      ...eachValue('decision', 'violations', {
        unknown: ['parrot'],
        'the same twice': ['auditability_gap', 'auditability_gap'],
        'no list': 'auditability_gap',
        null: null,
        'thirty thousand': Array.from({ length: 30_000 }, () => 1),
      }),
      ...eachValue('preference-fit', 'preferred_via_careconnect', booleans),
      ...eachValue('data-decay-audit', 'is_fatal', booleans),
    },
  ),
  ...cases(
    { section: 'values: hashes', ...malformed },
    eachValue('contact-attempt', 'entity_key_hash', hashes),
  ),
  ...cases(
    { section: 'values: texts', ...malformed },
    {
      ...eachValue('decision', 'compensating_controls', texts),
      ...eachValue('decision', 'owners', {
        none: [],
        '121 characters': ['a'.repeat(121)],
        'an e-mail address': ['parrot@example.org'],
      }),
      ...eachValue('decision', 'decision_date', {
        'February 30': '2026-02-30',
        'a time': at,
        'the year 0000': '0000-01-01',
        1999: '1999-12-31',
        'other order': '01/03/2026',
        nothing: '',
        null: null,
      }),
    },
  ),
  ...cases(
    { section: 'values that do not go together', ...malformed },
    {
      'resolved before it was attempted': {
        of: 'contact-attempt',
        with: { resolved_at: '2026-03-02T14:59:59.999Z' },
      },
      'a terminal time of what is initiated': { of: 'referral', with: { terminal_at: later } },
      'no terminal time of what failed': { of: 'referral', with: { referral_state: 'failed' } },
      'a terminal time before it was created': {
        of: 'referral',
        with: { referral_state: 'failed', terminal_at: '2026-03-02T14:59:59Z' },
      },
      'updated before it was created': { of: 'referral', with: { updated_at: '2026-03-02T14:59:59Z' } },
      'a reason of what is initiated': { of: 'referral', with: { failure_reason_code: 'no_response' } },
      'a reason of what is connected': {
        of: 'referral',
        with: { referral_state: 'connected', terminal_at: later, failure_reason_code: 'no_response' },
      },
      'an update to initiated with a terminal time': {
        of: 'referral-update',
        with: { referral_state: 'initiated' },
      },
      'an update with a reason of a withdrawal': {
        of: 'referral-update',
        with: { referral_state: 'client_withdrew', failure_reason_code: 'no_response' },
      },
      'an update of what cannot be updated': { of: 'referral-update', with: { target_service_id: 'parrot' } },
      'two anchors': { of: 'connection', with: { referral_event_id: randomUUID() } },
      'fatal without a category': { of: 'data-decay-audit', with: { is_fatal: true } },
      'a category of what is not fatal': {
        of: 'data-decay-audit',
        with: { fatal_error_category: 'invalid_or_defunct_intake_path' },
      },
      'a go with a violation': { of: 'decision', with: { decision: 'go', violations: ['auditability_gap'] } },
      'conditional without a control': { of: 'decision', with: { compensating_controls: [] } },
      'a window that ends when it starts': { of: 'recompute', with: { window_start: at, window_end: at } },
      'a window that ends before it starts': {
        of: 'recompute',
        with: { window_start: later, window_end: at },
      },
      'a window in the future': { of: 'recompute', with: { window_end: '2126-01-01T00:00:00Z' } },
    },
  ),
];
