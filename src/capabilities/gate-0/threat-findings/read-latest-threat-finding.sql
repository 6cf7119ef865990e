SELECT
  latest.revision,
  latest.recorded_at,
  to_jsonb(latest) - '{revision,recorded_at,recorded_by,service_version}'::text[]
    = to_jsonb(given) - '{revision,recorded_at,recorded_by,service_version}'::text[] AS same_content
FROM json_populate_record(NULL::pilot.gate_0_threat_findings, $1) AS given
JOIN pilot.gate_0_threat_findings AS latest ON latest.id = given.id
ORDER BY latest.revision DESC
LIMIT 1
