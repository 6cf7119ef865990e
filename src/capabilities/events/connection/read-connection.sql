SELECT
  recorded_at,
  (pilot_cycle_id, service_id, connected_at, contact_attempt_event_id, referral_event_id)
  IS NOT DISTINCT FROM
  ($3::text, $4::text, $5::timestamptz, $6::uuid, $7::uuid) AS same_content
FROM pilot.pilot_connection_events
WHERE org_id = $1 AND id = $2
