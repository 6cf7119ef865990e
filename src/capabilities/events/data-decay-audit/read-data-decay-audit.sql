SELECT
  recorded_at,
  (pilot_cycle_id, service_id, is_fatal, fatal_error_category, verification_mode, audited_at)
  IS NOT DISTINCT FROM
  ($3::text, $4::text, $5::boolean, $6::text, $7::text, $8::timestamptz) AS same_content
FROM pilot.pilot_data_decay_audits
WHERE org_id = $1 AND id = $2
