-- Snapshots of an organisation and cycle, the newest first. Each metric is looked up by itself, in the order of an index, so that
-- what is read does not grow with the history.
--
-- $3: the metrics; $4: whether of any window, or else of exactly the one from $5 to $6 (NULL is open), compared by the
-- expressions of the index; $7, $8: when they were calculated (half-open, NULL is open); $9: the id of the snapshot after which to
-- begin, or NULL; $10: how many.
WITH place AS (
  SELECT calculated_at, recompute_id, metric_id
  FROM pilot.pilot_metric_snapshots
  WHERE org_id = $1 AND pilot_cycle_id = $2::text AND id = $9
)
SELECT snapshot.*
FROM unnest($3::text[]) AS metric (id)
CROSS JOIN LATERAL (
  SELECT
    id, recompute_id, calculated_at, window_start, window_end, metric_id, value, unit, numerator, denominator, note, quality,
    data_quality, query_id, query_version
  FROM pilot.pilot_metric_snapshots
  WHERE org_id = $1
    AND pilot_cycle_id = $2::text
    AND metric_id = metric.id
    AND ($4::boolean OR CASE WHEN window_start IS NULL THEN '-infinity' ELSE window_start END
      = CASE WHEN $5::timestamptz IS NULL THEN '-infinity' ELSE $5 END)
    AND ($4::boolean OR CASE WHEN window_end IS NULL THEN 'infinity' ELSE window_end END
      = CASE WHEN $6::timestamptz IS NULL THEN 'infinity' ELSE $6 END)
    AND ($7::timestamptz IS NULL OR calculated_at >= $7)
    AND ($8::timestamptz IS NULL OR calculated_at < $8)
    AND ($9::uuid IS NULL OR (calculated_at, recompute_id) <= (SELECT calculated_at, recompute_id FROM place))
    AND (
      $9::uuid IS NULL
      OR recompute_id <> (SELECT recompute_id FROM place)
      OR metric_id > (SELECT metric_id FROM place)
    )
  ORDER BY calculated_at DESC, recompute_id DESC
  LIMIT $10
) AS snapshot
ORDER BY calculated_at DESC, recompute_id DESC, metric_id
LIMIT $10
