-- The latest snapshot over the whole cycle of each metric for exactly this window (NULL is open), and the value of the one
-- before it: as read-latest-snapshots does for an organisation.
SELECT latest.*
FROM unnest($4::text[]) WITH ORDINALITY AS metric (id, position)
CROSS JOIN LATERAL (
  SELECT
    metric_id, value, unit, numerator, denominator, note, quality, data_quality, query_id, query_version, calculated_at,
    lead(value) OVER newest_first AS previous_value,
    lead(calculated_at) OVER newest_first AS previous_calculated_at
  FROM (
    SELECT *
    FROM pilot.pilot_cycle_metric_snapshots
    WHERE pilot_cycle_id = $1::text
      AND CASE WHEN window_start IS NULL THEN '-infinity' ELSE window_start END
        = CASE WHEN $2::timestamptz IS NULL THEN '-infinity' ELSE $2 END
      AND CASE WHEN window_end IS NULL THEN 'infinity' ELSE window_end END
        = CASE WHEN $3::timestamptz IS NULL THEN 'infinity' ELSE $3 END
      AND metric_id = metric.id
      AND calculated_at <= CASE WHEN $5::timestamptz IS NULL THEN 'infinity' ELSE $5 END
    ORDER BY calculated_at DESC, recompute_id DESC
    LIMIT 2
  ) AS latest_two
  WINDOW newest_first AS (ORDER BY calculated_at DESC, recompute_id DESC)
  ORDER BY calculated_at DESC, recompute_id DESC
  LIMIT 1
) AS latest
ORDER BY metric.position
