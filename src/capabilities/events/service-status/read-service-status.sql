SELECT
  event.ordinality::integer AS position,
  stored.recorded_at,
  (
    stored.pilot_cycle_id, stored.service_id, stored.status_code, stored.checked_at
  )
  IS NOT DISTINCT FROM
  (
    event.pilot_cycle_id, event.service_id, event.status_code, event.checked_at
  ) AS same_content
FROM json_populate_recordset(NULL::pilot.service_operational_status_events, $1) WITH ORDINALITY AS event
CROSS JOIN LATERAL (
  -- An order that only the primary key has: for a table that its statistics know as empty, every index looks as good.
  SELECT * FROM pilot.service_operational_status_events WHERE org_id = event.org_id AND id BETWEEN event.id AND event.id ORDER BY id LIMIT 1
) AS stored
