-- What is due because it was calculated long enough ago. $1: the moment; $2: the window. Snapshots over a whole cycle have no
-- organisation in their key.
WITH due (place, key) AS (
  SELECT ctid, concat_ws('/', to_jsonb(snapshot) ->> 'org_id', id)
  FROM pilot.any_table AS snapshot
  WHERE (calculated_at AT TIME ZONE 'UTC' + $2::interval) AT TIME ZONE 'UTC' <= $1::timestamptz
)
SELECT place::text, key FROM due ORDER BY key COLLATE "C"
