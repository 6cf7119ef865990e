INSERT INTO pilot.pilot_service_scope_history (org_id, id, scope_id, sla_tier)
VALUES ($1, $2, $3, $4)
RETURNING recorded_at
