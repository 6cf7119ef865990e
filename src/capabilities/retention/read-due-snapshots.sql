-- What is due because it was calculated long enough ago. $1: the moment; $2: the window.
WITH due (place, key) AS (
  SELECT ctid, concat_ws('/', org_id, id)
  FROM pilot.pilot_metric_snapshots
  WHERE (calculated_at AT TIME ZONE 'UTC' + $2::interval) AT TIME ZONE 'UTC' <= $1::timestamptz
)
SELECT place::text, key FROM due ORDER BY key COLLATE "C"
