-- The latest snapshot of each metric for exactly this window (NULL is open), and the value of the one before it. The bounds
-- are compared by the expressions of the index that has the snapshots in this order. Of an organisation that the caller does not
-- see no snapshot is even looked at: this is asked together with the permission, and must not tell by how long it takes.
SELECT latest.*
FROM unnest($5::text[]) WITH ORDINALITY AS metric (id, position)
CROSS JOIN LATERAL (
  SELECT
    metric_id, value, unit, numerator, denominator, note, quality, data_quality, query_id, query_version, calculated_at,
    lead(value) OVER newest_first AS previous_value,
    lead(calculated_at) OVER newest_first AS previous_calculated_at
  FROM (
    SELECT *
    FROM pilot.pilot_metric_snapshots
    WHERE org_id = $1
      AND pilot_cycle_id = $2::text
      AND CASE WHEN window_start IS NULL THEN '-infinity' ELSE window_start END
        = CASE WHEN $3::timestamptz IS NULL THEN '-infinity' ELSE $3 END
      AND CASE WHEN window_end IS NULL THEN 'infinity' ELSE window_end END
        = CASE WHEN $4::timestamptz IS NULL THEN 'infinity' ELSE $4 END
      AND metric_id = metric.id
      AND calculated_at <= CASE WHEN $6::timestamptz IS NULL THEN 'infinity' ELSE $6 END
    ORDER BY calculated_at DESC, recompute_id DESC
    LIMIT 2
  ) AS latest_two
  WINDOW newest_first AS (ORDER BY calculated_at DESC, recompute_id DESC)
  ORDER BY calculated_at DESC, recompute_id DESC
  LIMIT 1
) AS latest
WHERE (SELECT count(*) = 1 FROM pilot.organizations WHERE id = $1)
ORDER BY metric.position
