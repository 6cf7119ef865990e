UPDATE pilot.pilot_service_scope SET sla_tier = $3 WHERE org_id = $1 AND id = $2
RETURNING id
