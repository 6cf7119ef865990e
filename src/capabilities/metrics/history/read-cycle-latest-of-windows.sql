-- Of each window over a whole cycle the snapshots that were calculated last: read-latest-of-windows, without the organisation.
WITH latest AS (
  SELECT DISTINCT ON (window_start, window_end) calculated_at, recompute_id
  FROM pilot.pilot_cycle_metric_snapshots
  WHERE pilot_cycle_id = $1::text AND metric_id = 'M1' AND ($4::timestamptz IS NULL OR calculated_at < $4)
  ORDER BY window_start, window_end, calculated_at DESC, recompute_id DESC
),
place AS (
  SELECT calculated_at, recompute_id, metric_id
  FROM pilot.pilot_cycle_metric_snapshots
  WHERE pilot_cycle_id = $1::text AND id = $5
),
page AS (
  SELECT recompute_id
  FROM latest
  WHERE ($3::timestamptz IS NULL OR calculated_at >= $3)
    AND ($5::uuid IS NULL OR (calculated_at, recompute_id) <= (SELECT calculated_at, recompute_id FROM place))
  ORDER BY calculated_at DESC, recompute_id DESC
  LIMIT $6::bigint + 1
)
SELECT snapshot.*
FROM page
CROSS JOIN LATERAL (
  SELECT
    id, recompute_id, calculated_at, window_start, window_end, metric_id, value, unit, numerator, denominator, note, quality,
    data_quality, query_id, query_version
  FROM pilot.pilot_cycle_metric_snapshots
  WHERE recompute_id = page.recompute_id
    AND metric_id = ANY ($2::text[])
    AND (
      $5::uuid IS NULL
      OR recompute_id <> (SELECT recompute_id FROM place)
      OR metric_id > (SELECT metric_id FROM place)
    )
  OFFSET 0
) AS snapshot
ORDER BY calculated_at DESC, recompute_id DESC, metric_id
LIMIT $6
