INSERT INTO pilot.pilot_service_scope (org_id, id, pilot_cycle_id, service_id, sla_tier)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (org_id, pilot_cycle_id, service_id) DO NOTHING
RETURNING recorded_at
