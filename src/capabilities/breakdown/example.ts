/** What the description of the API shows: two weeks of one organisation, shortened. */
export const breakdownExample = {
  pilot_cycle_id: 'kingston-2026-spring',
  org_id: '0190a6ef-1111-7000-8000-000000000001',
  window: { start: '2026-03-02T05:00:00.000Z', end: '2026-03-16T04:00:00.000Z' },
  per: 'week',
  time_zone: 'America/Toronto',
  counted_at: '2026-03-16T14:00:00.000Z',
  periods: ['2026-03-02', '2026-03-09'],
  attempts: [
    { attempt_channel: 'phone', attempt_outcome: 'connected', total: 61, counts: [27, 34] },
    { attempt_channel: 'phone', attempt_outcome: 'disconnected_number', total: 0, counts: [0, 0] },
  ],
  referrals: [
    { referral_state: 'connected', failure_reason_code: null, total: 15, counts: [9, 6] },
    { referral_state: 'failed', failure_reason_code: 'intake_closed', total: 3, counts: [2, 1] },
  ],
  audits: [
    { fatal_error_category: null, verification_mode: 'web_plus_call', total: 19, counts: [10, 9] },
    {
      fatal_error_category: 'wrong_or_disconnected_phone',
      verification_mode: 'web_plus_call',
      total: 1,
      counts: [1, 0],
    },
  ],
  time_to_connection: {
    total: 44,
    bins: [
      { from_seconds: 0, to_seconds: 900, count: 12 },
      { from_seconds: 900, to_seconds: 3600, count: 20 },
      { from_seconds: 604800, to_seconds: null, count: 1 },
    ],
  },
} as const;
