SELECT
  event.ordinality::integer AS position,
  stored.recorded_at,
  (
    stored.pilot_cycle_id, stored.service_id, stored.entity_key_hash, stored.attempt_channel,
    stored.attempt_outcome, stored.attempted_at, stored.resolved_at, stored.outcome_notes_code
  )
  IS NOT DISTINCT FROM
  (
    event.pilot_cycle_id, event.service_id, event.entity_key_hash, event.attempt_channel,
    event.attempt_outcome, event.attempted_at, event.resolved_at, event.outcome_notes_code
  ) AS same_content
FROM json_populate_recordset(NULL::pilot.pilot_contact_attempt_events, $1) WITH ORDINALITY AS event
CROSS JOIN LATERAL (
  -- An order that only the primary key has: for a table that its statistics know as empty, every index looks as good.
  SELECT * FROM pilot.pilot_contact_attempt_events WHERE recorded_by_org_id = event.recorded_by_org_id AND id BETWEEN event.id AND event.id ORDER BY id LIMIT 1
) AS stored
