INSERT INTO pilot.pilot_connection_events (
  org_id, id, pilot_cycle_id, service_id, connected_at, contact_attempt_event_id, referral_event_id
)
SELECT
  org_id, id, pilot_cycle_id, service_id, connected_at, contact_attempt_event_id, referral_event_id
FROM json_populate_recordset(NULL::pilot.pilot_connection_events, $1)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING org_id, id, recorded_at
