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
JOIN pilot.service_operational_status_events AS stored ON stored.org_id = event.org_id AND stored.id = event.id
