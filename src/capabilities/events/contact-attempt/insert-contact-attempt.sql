INSERT INTO pilot.pilot_contact_attempt_events (
  recorded_by_org_id, id, pilot_cycle_id, service_id, entity_key_hash,
  attempt_channel, attempt_outcome, attempted_at, resolved_at, outcome_notes_code
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (recorded_by_org_id, id) DO NOTHING
RETURNING recorded_at
