INSERT INTO pilot.service_operational_status_events (
  org_id, id, pilot_cycle_id, service_id, status_code, checked_at
)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING recorded_at
