SELECT
  recorded_at,
  (pilot_cycle_id, service_id, entity_key_hash, attempt_channel, attempt_outcome, attempted_at, resolved_at,
   outcome_notes_code)
  IS NOT DISTINCT FROM
  ($3::text, $4::text, $5::bytea, $6::text, $7::text, $8::timestamptz, $9::timestamptz, $10::text) AS same_content
FROM pilot.pilot_contact_attempt_events
WHERE recorded_by_org_id = $1 AND id = $2
