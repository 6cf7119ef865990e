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
  -- LIMIT makes it a look into the index for each event, also where the statistics still know the table as empty.
  SELECT * FROM pilot.service_operational_status_events WHERE org_id = event.org_id AND id = event.id LIMIT 1
) AS stored
