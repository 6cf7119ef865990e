INSERT INTO pilot.pilot_referral_events (
  source_org_id, id, pilot_cycle_id, target_service_id, created_at,
  referral_state, updated_at, terminal_at, failure_reason_code
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (source_org_id, id) DO NOTHING
RETURNING recorded_at
