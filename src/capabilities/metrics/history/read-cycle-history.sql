-- Snapshots over a whole cycle, the newest first: read-history, without the organisation.
WITH place AS (
  SELECT calculated_at, recompute_id, metric_id
  FROM pilot.pilot_cycle_metric_snapshots
  WHERE pilot_cycle_id = $1::text AND id = $8
)
SELECT snapshot.*
FROM unnest($2::text[]) AS metric (id)
CROSS JOIN LATERAL (
  SELECT
    id, recompute_id, calculated_at, window_start, window_end, metric_id, value, unit, numerator, denominator, note, quality,
    data_quality, query_id, query_version
  FROM pilot.pilot_cycle_metric_snapshots
  WHERE pilot_cycle_id = $1::text
    AND metric_id = metric.id
    AND ($3::boolean OR CASE WHEN window_start IS NULL THEN '-infinity' ELSE window_start END
      = CASE WHEN $4::timestamptz IS NULL THEN '-infinity' ELSE $4 END)
    AND ($3::boolean OR CASE WHEN window_end IS NULL THEN 'infinity' ELSE window_end END
      = CASE WHEN $5::timestamptz IS NULL THEN 'infinity' ELSE $5 END)
    AND ($6::timestamptz IS NULL OR calculated_at >= $6)
    AND ($7::timestamptz IS NULL OR calculated_at < $7)
    AND ($8::uuid IS NULL OR (calculated_at, recompute_id) <= (SELECT calculated_at, recompute_id FROM place))
    AND (
      $8::uuid IS NULL
      OR recompute_id <> (SELECT recompute_id FROM place)
      OR metric_id > (SELECT metric_id FROM place)
    )
  ORDER BY calculated_at DESC, recompute_id DESC
  LIMIT $9
) AS snapshot
ORDER BY calculated_at DESC, recompute_id DESC, metric_id
LIMIT $9
