import t from 'tap';
import {
  baselineDocument,
  baselineJson,
  baselineMarkdown,
} from '../../../src/capabilities/baseline/report.ts';
import type { BaselineRun } from '../../../src/capabilities/baseline/schema.ts';

/** The report of a baseline is made of the stored run and of nothing else. */
const metric: BaselineRun['metrics'][number] = {
  metric_id: 'M1',
  value: '0.37500000000000000000',
  unit: 'ratio',
  numerator: 72,
  denominator: 192,
  note: null,
  quality: 'ok',
  data_quality: {
    rows_read: 192,
    excluded: {},
    measure: { outcome_completeness: 1 },
    minimum: { outcome_completeness: 0.95 },
  },
  query_id: 'm1_failed_contact_rate',
  query_version: 1,
};
const run: BaselineRun = {
  id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e12',
  org_id: '0190a6ef-1111-7000-8000-000000000001',
  org_name: 'Harbour Shelter',
  pilot_cycle_id: 'kingston-2026-spring',
  cycle_starts_on: '2026-03-02',
  start_date: '2026-02-02',
  end_date: '2026-03-02',
  days: 28,
  time_zone: 'America/Toronto',
  window_start: '2026-02-02T05:00:00.000Z',
  window_end: '2026-03-02T05:00:00.000Z',
  calculated_at: '2026-03-02T14:00:00.000Z',
  recorded_at: '2026-03-02T14:00:00.123Z',
  service_version: '0.1.0',
  metrics: [metric],
};
const empty = {
  ...metric,
  value: null,
  numerator: 0,
  denominator: 0,
  note: 'no_qualifying_events',
  quality: 'no_data',
} as const;
const warnings = (change: Partial<BaselineRun>) => baselineDocument({ ...run, ...change }).warnings;

t.test('the same run makes the same bytes', async (t) => {
  const again: BaselineRun = JSON.parse(JSON.stringify(run));
  t.equal(baselineJson(again), baselineJson(run));
  t.equal(baselineMarkdown(again), baselineMarkdown(run));
});

t.test('a good baseline has no warnings, and what speaks against another one is said', async (t) => {
  t.same(warnings({}), []);
  t.match(baselineMarkdown(run), '## Warnings\n\nNone.\n');
  t.same(warnings({ days: 1 }), ['The window has 1 day; four weeks (28 days) are expected.']);
  t.same(warnings({ days: 29 }), ['The window has 29 days; four weeks (28 days) are expected.']);
  t.same(warnings({ cycle_starts_on: '2026-03-01' }), [
    'The window reaches into the pilot cycle, which begins on 2026-03-01.',
  ]);
  t.same(warnings({ cycle_starts_on: null }), []);
  const others = [
    { ...metric, quality: 'below_minimum' },
    { ...empty, metric_id: 'M7' },
  ] as const;
  t.same(warnings({ metrics: [...others] }), [
    'Below the minimum of data quality: M1.',
    'Without a value, because nothing qualified in the window: M7.',
  ]);
});

t.test('machines get numbers and every digit, and null with its reason', async (t) => {
  const { metrics } = baselineDocument({ ...run, metrics: [metric, empty] });
  t.match(metrics[0], { value: 0.375, exact_value: '0.37500000000000000000', numerator: 72 });
  t.match(metrics[1], { value: null, exact_value: null, note: 'no_qualifying_events' });
});

t.test('people read what was measured, how good it is, and where to sign', async (t) => {
  const text = baselineMarkdown({ ...run, metrics: [metric, empty] });
  const median = {
    ...metric,
    metric_id: 'M2_P50',
    unit: 'seconds',
    value: '15330',
    numerator: null,
  } as const;
  t.match(text, '| M1 | failed contact rate | 37.5 % | 72 of 192 | meets the minimum |');
  t.match(text, '| M1 | failed contact rate | none: nothing qualified | 0 of 0 | no data |');
  t.match(text, '**M1, failed contact rate**: of all attempts');
  t.match(text, '| M1 | 192 | - | outcome completeness: 1 | outcome completeness: 0.95 |');
  t.match(text, '| First day that no longer counts | 2026-03-02 |');
  t.match(text, /\| Evidence lead \| +\| +\| +\|/);
  t.match(
    baselineMarkdown({ ...run, metrics: [median] }),
    '| time to connection, median | 4 h 16 min | connections: 192 |',
  );
});

t.test('a formula that was replaced since explains nothing', async (t) => {
  const text = baselineMarkdown({ ...run, metrics: [{ ...metric, query_version: 99 }] });
  t.notMatch(text, 'of all attempts');
  t.match(text, '| `m1_failed_contact_rate` | 99 |');
});

t.test('the name of an organisation stays text', async (t) => {
  const text = baselineMarkdown({ ...run, org_name: 'A | *B* <b>`C`' });
  t.match(text, 'What was measured at **A \\| \\*B\\* \\<b\\>\\`C\\`** before');
});
