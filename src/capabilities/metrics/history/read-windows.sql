-- The windows that were computed for an organisation and cycle, the one that was computed last first. Every recompute has one M1.
-- $3: the recompute after which to begin, or NULL; $4: how many.
WITH windows AS (
  SELECT DISTINCT ON (window_start, window_end)
    window_start, window_end, calculated_at, recompute_id,
    count(*) OVER (PARTITION BY window_start, window_end) AS recomputes
  FROM pilot.pilot_metric_snapshots
  WHERE org_id = $1 AND pilot_cycle_id = $2::text AND metric_id = 'M1'
  ORDER BY window_start, window_end, calculated_at DESC, recompute_id DESC
),
place AS (
  SELECT calculated_at, recompute_id
  FROM pilot.pilot_metric_snapshots
  WHERE org_id = $1 AND pilot_cycle_id = $2::text AND recompute_id = $3 AND metric_id = 'M1'
)
SELECT window_start, window_end, calculated_at, recompute_id, recomputes
FROM windows
WHERE $3::uuid IS NULL OR (calculated_at, recompute_id) < (SELECT calculated_at, recompute_id FROM place)
ORDER BY calculated_at DESC, recompute_id DESC
LIMIT $4
