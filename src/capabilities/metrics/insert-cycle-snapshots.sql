-- All snapshots of one recompute over the whole cycle at once; $6 holds them as a JSON array.
INSERT INTO pilot.pilot_cycle_metric_snapshots (
  recompute_id, pilot_cycle_id, window_start, window_end, calculated_at,
  id, metric_id, value, unit, numerator, denominator, note, quality, data_quality, query_id, query_version
)
SELECT $1, $2, $3, $4, $5, snapshot.*
FROM json_to_recordset($6) AS snapshot (
  id uuid, metric_id text, value numeric, unit text, numerator bigint, denominator bigint, note text, quality text,
  data_quality jsonb, query_id text, query_version integer
)
RETURNING metric_id
