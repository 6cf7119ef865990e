/** What the description of the API shows: a scope of two, one of them overdue by three hours. */
export const freshnessExample = {
  pilot_cycle_id: 'kingston-2026-spring',
  org_id: '0190a6ef-1111-7000-8000-000000000001',
  as_of: '2026-03-16T17:00:00.000Z',
  summary: { in_scope: 2, within_limit: 1, overdue: 1, never_checked: 0 },
  items: [
    {
      org_id: '0190a6ef-1111-7000-8000-000000000001',
      service_id: 'kids-help-phone',
      service_name: 'Kids Help Phone',
      sla_tier: 'crisis',
      last_checked_at: '2026-03-15T14:00:00.000Z',
      last_status_code: 'available',
      limit_seconds: 86400,
      due_at: '2026-03-16T14:00:00.000Z',
      state: 'overdue',
      overdue_seconds: 10800,
    },
    {
      org_id: '0190a6ef-1111-7000-8000-000000000001',
      service_id: 'food-bank',
      service_name: 'Food Bank',
      sla_tier: 'high_demand',
      last_checked_at: '2026-03-16T13:00:00.000Z',
      last_status_code: 'available',
      limit_seconds: 172800,
      due_at: '2026-03-18T13:00:00.000Z',
      state: 'within_limit',
      overdue_seconds: null,
    },
  ],
} as const;
