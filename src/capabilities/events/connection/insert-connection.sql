INSERT INTO pilot.pilot_connection_events (
  org_id, id, pilot_cycle_id, service_id, connected_at, contact_attempt_event_id, referral_event_id
)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING recorded_at
