-- The windows that were computed over a whole cycle: read-windows, without the organisation.
WITH windows AS (
  SELECT DISTINCT ON (window_start, window_end)
    window_start, window_end, calculated_at, recompute_id,
    count(*) OVER (PARTITION BY window_start, window_end) AS recomputes
  FROM pilot.pilot_cycle_metric_snapshots
  WHERE pilot_cycle_id = $1::text AND metric_id = 'M1'
  ORDER BY window_start, window_end, calculated_at DESC, recompute_id DESC
),
place AS (
  SELECT calculated_at, recompute_id
  FROM pilot.pilot_cycle_metric_snapshots
  WHERE pilot_cycle_id = $1::text AND recompute_id = $2 AND metric_id = 'M1'
)
SELECT window_start, window_end, calculated_at, recompute_id, recomputes
FROM windows
WHERE $2::uuid IS NULL OR (calculated_at, recompute_id) < (SELECT calculated_at, recompute_id FROM place)
ORDER BY calculated_at DESC, recompute_id DESC
LIMIT $3
