-- All snapshots of one recompute at once; $7 holds them as a JSON array.
INSERT INTO pilot.pilot_metric_snapshots (
  org_id, recompute_id, pilot_cycle_id, window_start, window_end, calculated_at,
  id, metric_id, value, unit, numerator, denominator, note, quality, data_quality, query_id, query_version
)
SELECT $1, $2, $3, $4, $5, $6, snapshot.*
FROM json_to_recordset($7) AS snapshot (
  id uuid, metric_id text, value numeric, unit text, numerator bigint, denominator bigint, note text, quality text,
  data_quality jsonb, query_id text, query_version integer
)
RETURNING metric_id
