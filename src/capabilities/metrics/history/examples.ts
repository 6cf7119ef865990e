/** What the description of the API shows of a week that was computed twice. */

const calculated_at = '2026-03-16T14:00:00.000Z';
const window = { start: '2026-03-09T04:00:00.000Z', end: '2026-03-16T04:00:00.000Z' };

export const windowExample = { window, calculated_at, recomputes: 2 };

export const snapshotExample = {
  id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e12',
  recompute_id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e11',
  calculated_at,
  window,
  metric_id: 'M1',
  value: 0.375,
  unit: 'ratio',
  numerator: 36,
  denominator: 96,
  note: null,
  quality: 'ok',
  data_quality: {
    rows_read: 96,
    excluded: {},
    measure: { outcome_completeness: 1 },
    minimum: { outcome_completeness: 0.95 },
  },
  query_id: 'm1_failed_contact_rate',
  query_version: 1,
};
