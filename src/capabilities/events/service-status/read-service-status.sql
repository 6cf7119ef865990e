SELECT
  recorded_at,
  (pilot_cycle_id, service_id, status_code, checked_at)
  IS NOT DISTINCT FROM
  ($3::text, $4::text, $5::text, $6::timestamptz) AS same_content
FROM pilot.service_operational_status_events
WHERE org_id = $1 AND id = $2
