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
  -- An order that only the primary key has: for a table that its statistics know as empty, every index looks as good.
  SELECT * FROM pilot.pilot_data_decay_audits WHERE org_id = event.org_id AND id BETWEEN event.id AND event.id ORDER BY id LIMIT 1
) AS stored
