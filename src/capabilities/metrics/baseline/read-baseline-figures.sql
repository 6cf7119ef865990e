-- The figures of one baseline run of an organisation, M1 first, each beside the days that it was counted over.
SELECT
  run.start_date::text, run.end_date::text, run.time_zone, run.calculated_at,
  metric_id, value, unit, numerator, denominator, note, quality, data_quality, query_id, query_version
FROM pilot.baseline_runs AS run
JOIN pilot.baseline_metrics AS metric ON metric.org_id = run.org_id AND metric.run_id = run.id
WHERE run.org_id = $1 AND run.id = $2
ORDER BY metric_id COLLATE "C"
