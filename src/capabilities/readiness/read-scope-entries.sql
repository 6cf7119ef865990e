-- What is in scope in a cycle. Parameters: $1 the cycle, $2 the organisation, or NULL for all of them,
-- $3 a moment of arrival, or NULL for now.
SELECT service_id::text, sla_tier, org_id
FROM pilot.pilot_service_scope
WHERE pilot_cycle_id = $1 AND ($2::uuid IS NULL OR org_id = $2)
  AND recorded_at <= coalesce($3::timestamptz, 'infinity')
