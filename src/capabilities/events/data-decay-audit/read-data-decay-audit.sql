SELECT
  event.ordinality::integer AS position,
  stored.recorded_at,
  (
    stored.pilot_cycle_id, stored.service_id, stored.is_fatal, stored.fatal_error_category,
    stored.verification_mode, stored.audited_at
  )
  IS NOT DISTINCT FROM
  (
    event.pilot_cycle_id, event.service_id, event.is_fatal, event.fatal_error_category,
    event.verification_mode, event.audited_at
  ) AS same_content
FROM json_populate_recordset(NULL::pilot.pilot_data_decay_audits, $1) WITH ORDINALITY AS event
JOIN pilot.pilot_data_decay_audits AS stored ON stored.org_id = event.org_id AND stored.id = event.id
