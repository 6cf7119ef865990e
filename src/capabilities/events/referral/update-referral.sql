-- State, terminal time and reason are replaced together; absent means none.
UPDATE pilot.pilot_referral_events
SET referral_state = $3, updated_at = $4, terminal_at = $5, failure_reason_code = $6
WHERE source_org_id = $1 AND id = $2
RETURNING id
