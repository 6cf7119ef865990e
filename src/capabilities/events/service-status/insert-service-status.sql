INSERT INTO pilot.service_operational_status_events (
  org_id, id, pilot_cycle_id, service_id, status_code, checked_at
)
SELECT
  org_id, id, pilot_cycle_id, service_id, status_code, checked_at
FROM json_populate_recordset(NULL::pilot.service_operational_status_events, $1)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING org_id, id, recorded_at
