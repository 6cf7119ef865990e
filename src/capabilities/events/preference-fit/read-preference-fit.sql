SELECT
  event.ordinality::integer AS position,
  stored.recorded_at,
  (
    stored.pilot_cycle_id, stored.cohort_label, stored.preferred_via_careconnect,
    stored.preference_recorded_at
  )
  IS NOT DISTINCT FROM
  (
    event.pilot_cycle_id, event.cohort_label, event.preferred_via_careconnect,
    event.preference_recorded_at
  ) AS same_content
FROM json_populate_recordset(NULL::pilot.pilot_preference_fit_events, $1) WITH ORDINALITY AS event
CROSS JOIN LATERAL (
  -- An order that only the primary key has: for a table that its statistics know as empty, every index looks as good.
  SELECT * FROM pilot.pilot_preference_fit_events WHERE org_id = event.org_id AND id BETWEEN event.id AND event.id ORDER BY id LIMIT 1
) AS stored
