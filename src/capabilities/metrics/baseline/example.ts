/** What the description of the API shows: four weeks before the pilot, shortened to one metric. */
export const baselineExample = {
  run_id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e13',
  start_date: '2026-02-02',
  end_date: '2026-03-02',
  time_zone: 'America/Toronto',
  calculated_at: '2026-03-02T14:00:00.000Z',
  metrics: [
    {
      metric_id: 'M1',
      value: 0.6,
      unit: 'ratio',
      numerator: 84,
      denominator: 140,
      note: null,
      quality: 'ok',
      data_quality: {
        rows_read: 140,
        excluded: {},
        measure: { outcome_completeness: 1 },
        minimum: { outcome_completeness: 0.95 },
      },
      query_id: 'm1_failed_contact_rate',
      query_version: 1,
    },
  ],
} as const;
