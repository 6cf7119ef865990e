SELECT id, sla_tier, recorded_at
FROM pilot.pilot_service_scope
WHERE org_id = $1 AND pilot_cycle_id = $2 AND service_id = $3
FOR UPDATE
