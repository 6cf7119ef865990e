-- What Gate 1 compares with in the latest baseline of an organisation and cycle; a value may be null.
SELECT
  run.id AS run_id,
  (SELECT value FROM pilot.baseline_metrics WHERE org_id = $1 AND run_id = run.id AND metric_id = 'M1') AS rate,
  (SELECT value FROM pilot.baseline_metrics WHERE org_id = $1 AND run_id = run.id AND metric_id = 'M2_P50') AS p50
FROM pilot.baseline_runs AS run
WHERE run.org_id = $1 AND run.pilot_cycle_id = $2::text
ORDER BY run.recorded_at DESC, run.id DESC
LIMIT 1
