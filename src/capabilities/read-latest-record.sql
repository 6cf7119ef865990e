-- The latest revision of a record, and whether it has the content of the one that is given ($1, as JSON): the same in every
-- column but those of its provenance.
SELECT
  latest.revision,
  latest.recorded_at,
  -- One value, because a statement that is prepared does not survive a new column among those it returns.
  to_jsonb(latest) AS content,
  to_jsonb(latest) - '{revision,recorded_at,recorded_by,service_version}'::text[]
    = to_jsonb(given) - '{revision,recorded_at,recorded_by,service_version}'::text[] AS same_content
FROM json_populate_record(NULL::pilot.any_table, $1) AS given
JOIN pilot.any_table AS latest ON latest.id = given.id
ORDER BY latest.revision DESC
LIMIT 1
