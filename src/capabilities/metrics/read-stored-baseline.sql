-- What Gate 1 compares with: the latest baseline of an organisation and cycle that ended by the start of the cycle, where it has
-- one. A value may be null.
SELECT
  run.id AS run_id,
  (SELECT value FROM pilot.baseline_metrics WHERE org_id = $1 AND run_id = run.id AND metric_id = 'M1') AS rate,
  (SELECT value FROM pilot.baseline_metrics WHERE org_id = $1 AND run_id = run.id AND metric_id = 'M2_P50') AS p50
FROM pilot.baseline_runs AS run
WHERE run.org_id = $1
  AND run.pilot_cycle_id = $2::text
  AND run.end_date <= coalesce((SELECT starts_on FROM pilot.pilot_cycles WHERE id = $2::text), 'infinity')
ORDER BY run.recorded_at DESC, run.id DESC
LIMIT 1
