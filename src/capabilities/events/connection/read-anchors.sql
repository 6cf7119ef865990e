-- Whether each connection's anchor is there, an attempt or a referral of the same organisation and cycle, and whether it is
-- later than the connection.
SELECT
  event.ordinality::integer AS position,
  CASE WHEN event.contact_attempt_event_id IS NULL THEN 'referral_event_id' ELSE 'contact_attempt_event_id' END AS field,
  coalesce(attempt.id, referral.id) IS NOT NULL AS is_there,
  coalesce(attempt.attempted_at, referral.created_at) > event.connected_at AS is_later
FROM json_populate_recordset(NULL::pilot.pilot_connection_events, $1) WITH ORDINALITY AS event
LEFT JOIN pilot.pilot_contact_attempt_events AS attempt
  ON attempt.recorded_by_org_id = event.org_id
  AND attempt.id = event.contact_attempt_event_id
  AND attempt.pilot_cycle_id = event.pilot_cycle_id
LEFT JOIN pilot.pilot_referral_events AS referral
  ON referral.source_org_id = event.org_id
  AND referral.id = event.referral_event_id
  AND referral.pilot_cycle_id = event.pilot_cycle_id
