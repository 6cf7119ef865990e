INSERT INTO pilot.pilot_referral_event_history (
  source_org_id, referral_id, referral_state, updated_at, terminal_at, failure_reason_code
)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING recorded_at
