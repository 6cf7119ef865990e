-- Of each window of an organisation and cycle the snapshots that were calculated last, the newest first. Which recomputes those
-- are is read from the index of the history alone; every recompute has one M1, and all of its snapshots are of one moment.
--
-- $3: the metrics; $4, $5: when they were calculated (half-open, NULL is open), "last" being before $5; $6: the id of the snapshot
-- after which to begin, or NULL; $7: how many.
WITH latest AS (
  SELECT DISTINCT ON (window_start, window_end) calculated_at, recompute_id
  FROM pilot.pilot_metric_snapshots
  WHERE org_id = $1
    AND pilot_cycle_id = $2::text
    AND metric_id = 'M1'
    AND ($5::timestamptz IS NULL OR calculated_at < $5)
  ORDER BY window_start, window_end, calculated_at DESC, recompute_id DESC
),
place AS (
  SELECT calculated_at, recompute_id, metric_id
  FROM pilot.pilot_metric_snapshots
  WHERE org_id = $1 AND pilot_cycle_id = $2::text AND id = $6
),
page AS (
  SELECT recompute_id
  FROM latest
  WHERE ($4::timestamptz IS NULL OR calculated_at >= $4)
    AND ($6::uuid IS NULL OR (calculated_at, recompute_id) <= (SELECT calculated_at, recompute_id FROM place))
  ORDER BY calculated_at DESC, recompute_id DESC
  -- One more: of the recompute that a page begins in, all that is asked for may have been answered.
  LIMIT $7::bigint + 1
)
SELECT snapshot.*
FROM page
CROSS JOIN LATERAL (
  SELECT
    id, recompute_id, calculated_at, window_start, window_end, metric_id, value, unit, numerator, denominator, note, quality,
    data_quality, query_id, query_version
  FROM pilot.pilot_metric_snapshots
  WHERE org_id = $1
    AND recompute_id = page.recompute_id
    AND metric_id = ANY ($3::text[])
    AND (
      $6::uuid IS NULL
      OR recompute_id <> (SELECT recompute_id FROM place)
      OR metric_id > (SELECT metric_id FROM place)
    )
  -- Each recompute by its key: without this, many windows would be joined with all snapshots there are.
  OFFSET 0
) AS snapshot
ORDER BY calculated_at DESC, recompute_id DESC, metric_id
LIMIT $7
