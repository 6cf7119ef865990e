-- The baseline runs of the cycle $2 as they were at a moment of arrival (NULL is now), each with its metrics, M1 first; all of
-- them, or the one whose id is $3. Values are text, so that no digit is lost.
SELECT
  run.id,
  run.org_id,
  organization.name AS org_name,
  run.pilot_cycle_id,
  cycle.starts_on::text AS cycle_starts_on,
  run.start_date::text,
  run.end_date::text,
  run.end_date - run.start_date AS days,
  run.time_zone,
  run.window_start,
  run.window_end,
  run.calculated_at,
  run.recorded_at,
  run.service_version,
  (
    SELECT json_agg(
      json_build_object(
        'metric_id', metric_id, 'value', value::text, 'unit', unit, 'numerator', numerator, 'denominator', denominator,
        'note', note, 'quality', quality, 'data_quality', data_quality, 'query_id', query_id, 'query_version', query_version
      )
      ORDER BY metric_id COLLATE "C"
    )
    FROM pilot.baseline_metrics AS metric
    WHERE metric.org_id = run.org_id AND metric.run_id = run.id
  ) AS metrics
FROM pilot.baseline_runs AS run
JOIN pilot.organizations AS organization ON organization.id = run.org_id
JOIN pilot.pilot_cycles AS cycle ON cycle.id = run.pilot_cycle_id
WHERE run.recorded_at <= coalesce($1::timestamptz, 'infinity')
  AND run.pilot_cycle_id = $2::text
  AND ($3::uuid IS NULL OR run.id = $3)
ORDER BY run.org_id, run.recorded_at, run.id
