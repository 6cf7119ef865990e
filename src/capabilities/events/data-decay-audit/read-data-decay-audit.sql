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
CROSS JOIN LATERAL (
  -- LIMIT makes it a look into the index for each event, also where the statistics still know the table as empty.
  SELECT * FROM pilot.pilot_data_decay_audits WHERE org_id = event.org_id AND id = event.id LIMIT 1
) AS stored
