-- All metrics of one run; $3 holds them as a JSON array.
INSERT INTO pilot.baseline_metrics (
  org_id, run_id,
  metric_id, value, unit, numerator, denominator, note, quality, data_quality, query_id, query_version
)
SELECT $1, $2, metric.*
FROM json_to_recordset($3) AS metric (
  metric_id text, value numeric, unit text, numerator bigint, denominator bigint, note text, quality text,
  data_quality jsonb, query_id text, query_version integer
)
