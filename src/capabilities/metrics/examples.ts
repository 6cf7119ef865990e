/** What the description of the API shows: one organisation's scorecard after two weeks. */

const calculatedAt = '2026-03-16T14:00:00.000Z';
const window = { start: '2026-03-02T05:00:00.000Z', end: '2026-03-16T04:00:00.000Z' };

const scorecard = {
  pilot_cycle_id: 'kingston-2026-spring',
  org_id: '0190a6ef-1111-7000-8000-000000000001',
  generated_at: calculatedAt,
  window,
  m1_failed_contact_rate: 0.375,
  m2_p50_seconds_to_connection: 15300,
  m2_p75_seconds_to_connection: 79200,
  m2_p90_seconds_to_connection: 153900,
  m3_referral_completion_capture_rate: 0.84,
  m4_freshness_sla_compliance: 0.75,
  m5_repeat_failure_rate: 0.25,
  m6_data_decay_fatal_error_rate: 0.0625,
  m7_preference_fit_indicator: null,
};

const metrics = [
  {
    metric_id: 'M1',
    value: 0.375,
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
    calculated_at: calculatedAt,
    previous: { value: 0.4, calculated_at: '2026-03-09T14:00:00.000Z' },
  },
];

const check = {
  metric_id: 'M1',
  measured: 0.375,
  baseline: 0.6,
  threshold: 0.42,
  pass: true,
  reason: null,
};

export const scorecardExample = {
  scorecard,
  metrics,
  gate_1: {
    checks: [check],
    passed_all: false,
    decision: 'iterate_one_more_cycle',
    baseline_source: 'stored',
    baseline_run_id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e12',
  },
};

export const organizationsExample = {
  pilot_cycle_id: 'kingston-2026-spring',
  window,
  organizations: [
    { org_id: '0190a6ef-1111-7000-8000-000000000001', name: 'Kingston Street Health', metrics },
    { org_id: '0190a6ef-1111-7000-8000-000000000002', name: 'Princess Street Drop-in', metrics: [] },
  ],
};

export const recomputeExample = {
  calculated_at: calculatedAt,
  snapshots_written: 9,
  window,
  scorecard,
  metrics,
};
