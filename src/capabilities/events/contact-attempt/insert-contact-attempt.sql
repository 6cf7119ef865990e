INSERT INTO pilot.pilot_contact_attempt_events (
  recorded_by_org_id, id, pilot_cycle_id, service_id, entity_key_hash, attempt_channel, attempt_outcome,
  attempted_at, resolved_at, outcome_notes_code
)
SELECT
  recorded_by_org_id, id, pilot_cycle_id, service_id, entity_key_hash, attempt_channel, attempt_outcome,
  attempted_at, resolved_at, outcome_notes_code
FROM json_populate_recordset(NULL::pilot.pilot_contact_attempt_events, $1)
ON CONFLICT (recorded_by_org_id, id) DO NOTHING
RETURNING recorded_by_org_id AS org_id, id, recorded_at
