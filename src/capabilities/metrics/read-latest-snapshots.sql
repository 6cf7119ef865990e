-- The latest snapshot of each metric for exactly this window (NULL is open), and the value of the one before it.
SELECT
  latest.*,
  previous.value AS previous_value,
  previous.calculated_at AS previous_calculated_at
FROM unnest($5::text[]) WITH ORDINALITY AS metric (id, position)
JOIN LATERAL (
  SELECT
    metric_id, value, unit, numerator, denominator, note, quality, data_quality, query_id, query_version, calculated_at
  FROM pilot.pilot_metric_snapshots
  WHERE org_id = $1
    AND pilot_cycle_id = $2::text
    AND coalesce(window_start, '-infinity') = coalesce($3::timestamptz, '-infinity')
    AND coalesce(window_end, 'infinity') = coalesce($4::timestamptz, 'infinity')
    AND metric_id = metric.id
    AND calculated_at <= coalesce($6::timestamptz, 'infinity')
  ORDER BY calculated_at DESC, recompute_id DESC
  LIMIT 1
) AS latest ON true
LEFT JOIN LATERAL (
  SELECT value, calculated_at
  FROM pilot.pilot_metric_snapshots
  WHERE org_id = $1
    AND pilot_cycle_id = $2::text
    AND coalesce(window_start, '-infinity') = coalesce($3::timestamptz, '-infinity')
    AND coalesce(window_end, 'infinity') = coalesce($4::timestamptz, 'infinity')
    AND metric_id = metric.id
    AND calculated_at <= coalesce($6::timestamptz, 'infinity')
  ORDER BY calculated_at DESC, recompute_id DESC
  OFFSET 1
  LIMIT 1
) AS previous ON true
ORDER BY metric.position
