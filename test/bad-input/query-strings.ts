import { at, later } from '../support/events.ts';
import { cycle } from '../support/service.ts';
import { cases, malformed, type Spoiling } from './bad-input.ts';

/** Query strings in which a parameter is wrong, repeated or unknown (spec 2.4). */
const rates = [
  '',
  ' ',
  '0x1',
  '1e0',
  '1E-1',
  '+0.1',
  '-0',
  '-0.1',
  '.5',
  '0.',
  '1.01',
  '2',
  '0,5',
  '00.5',
  'NaN',
  'Infinity',
  '٠.٥',
  '½',
  `0.${'1'.repeat(31)}`,
  '50%25',
  '0.5%00',
];

const seconds = [
  '',
  '0',
  '0.000',
  '-1',
  '0x10',
  '1e3',
  '+1',
  '1_000',
  'Infinity',
  '１',
  '1'.repeat(16),
  `1.${'1'.repeat(31)}`,
];

const address = `/api/v1/pilot/metrics/scorecard?org_id={orgA}`;
const inQuery = (query: string): Spoiling => ({ of: 'scorecard', query });
const eachQuery = (name: string, values: readonly string[]) =>
  Object.fromEntries(values.map((value) => [`${name}=${value}`.slice(0, 60), inQuery(`${name}=${value}`)]));

export const queryStrings = cases(
  { section: 'values: query strings', ...malformed },
  {
    ...eachQuery('baseline_failed_contact_rate', rates),
    ...eachQuery('baseline_p50_seconds_to_connection', seconds),
    'an undeclared parameter': inQuery('parrot=1'),
    'an undeclared parameter without a value': inQuery('parrot'),
    'an undeclared parameter without a name': inQuery('=1'),
    'an undeclared parameter of a write': { query: 'page=parrot' },
    'a field of the body in the query string': { query: 'org_id={orgA}' },
    __proto__: inQuery('__proto__=parrot'),
    'a path into a prototype': inQuery('constructor[prototype][parrot]=1'),
    'a parameter twice': inQuery('org_id={orgA}'),
    'a parameter twice, with another value': inQuery('org_id={orgB}'),
    'a parameter as a list': {
      of: 'scorecard',
      path: `${address.replace('org_id', 'org_id[]')}&pilot_cycle_id=${cycle}`,
    },
    'a parameter as a list of one': {
      of: 'scorecard',
      path: `${address.replace('org_id', 'org_id[0]')}&pilot_cycle_id=${cycle}`,
    },
    'a parameter as an object': { of: 'scorecard', path: `${address}&pilot_cycle_id[$ne]=parrot` },
    'a parameter in capital letters': { of: 'scorecard', path: `${address}&PILOT_CYCLE_ID=${cycle}` },
    'no parameters': { of: 'scorecard', path: '/api/v1/pilot/metrics/scorecard' },
    'a semicolon between parameters': { of: 'scorecard', path: `${address};pilot_cycle_id=${cycle}` },
    'a NUL': { of: 'scorecard', path: `${address}&pilot_cycle_id=${cycle}%00` },
    'an encoding twice': { of: 'scorecard', path: `${address}&pilot_cycle_id=cycle%252da` },
    'an encoding that is none': { of: 'scorecard', path: `${address}&pilot_cycle_id=%zz` },
    'bytes that are not UTF-8': { of: 'scorecard', path: `${address}&pilot_cycle_id=%ff%fe` },
    'a sentence': { of: 'scorecard', path: `${address}&pilot_cycle_id=she+cried+parrot` },
    'a window that ends before it starts': inQuery(`window_start=${later}&window_end=${at}`),
    'a time whose plus became a space': inQuery('window_start=2026-03-02T15:00:00+05:00'),
    'a time of the future': inQuery('window_end=2126-01-01T00:00:00Z'),
    'thousands of parameters': inQuery('a&'.repeat(3_500)),
    'something behind a number sign': { of: 'scorecard', path: `${address}#parrot` },
  },
);
