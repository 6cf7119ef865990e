-- The frontline organisations of a cycle, at a moment of arrival: those that follow services in it, and those that a partner
-- of the cycle is who has not withdrawn. $2: the ids of these.
SELECT DISTINCT org_id
FROM (
  SELECT org_id FROM pilot.pilot_service_scope WHERE pilot_cycle_id = $1 AND recorded_at <= $3
  UNION ALL
  SELECT unnest($2::uuid[])
) AS organization (org_id)
ORDER BY org_id
