-- Whether each connection's anchor is there, an attempt or a referral of the same organisation and cycle, and whether it is
-- later than the connection.
SELECT
  event.ordinality::integer AS position,
  CASE WHEN event.contact_attempt_event_id IS NULL THEN 'referral_event_id' ELSE 'contact_attempt_event_id' END AS field,
  coalesce(attempt.id, referral.id) IS NOT NULL AS is_there,
  coalesce(attempt.attempted_at, referral.created_at) > event.connected_at AS is_later
FROM json_populate_recordset(NULL::pilot.pilot_connection_events, $1) WITH ORDINALITY AS event
LEFT JOIN LATERAL (
  -- An order that only the primary key has: for a table that its statistics know as empty, every index looks as good.
  SELECT id, pilot_cycle_id, attempted_at
  FROM pilot.pilot_contact_attempt_events
  WHERE recorded_by_org_id = event.org_id AND id BETWEEN event.contact_attempt_event_id AND event.contact_attempt_event_id
  ORDER BY id
  LIMIT 1
) AS attempt ON attempt.pilot_cycle_id = event.pilot_cycle_id
LEFT JOIN LATERAL (
  SELECT id, pilot_cycle_id, created_at
  FROM pilot.pilot_referral_events
  WHERE source_org_id = event.org_id AND id BETWEEN event.referral_event_id AND event.referral_event_id
  ORDER BY id
  LIMIT 1
) AS referral ON referral.pilot_cycle_id = event.pilot_cycle_id
