-- The revisions of one kind of governance record that a later one replaced long enough ago. $1: the moment; $2: the window.
-- The latest of each record has none after it and stays. Behind an approval that is locked now, and so kept as well, are all
-- revisions of the approval itself, and of every record the revision that held when it was locked.
WITH revisions AS (
  SELECT
    tableoid,
    ctid AS place,
    id::text,
    revision,
    recorded_at,
    lead(recorded_at) OVER (PARTITION BY id ORDER BY revision) AS superseded_at
  FROM pilot.any_table
),
approvals AS (
  SELECT DISTINCT ON (id) id::text, status, recorded_at FROM pilot.gate_0_approvals ORDER BY id, revision DESC
),
due (place, key) AS (
  SELECT place, concat_ws('/', id, revision)
  FROM revisions
  WHERE (superseded_at AT TIME ZONE 'UTC' + $2::interval) AT TIME ZONE 'UTC' <= $1::timestamptz
    AND NOT EXISTS (
      SELECT FROM approvals
      WHERE status = 'locked'
        AND (
          (revisions.tableoid = 'pilot.gate_0_approvals'::regclass AND approvals.id = revisions.id)
          OR (approvals.recorded_at >= revisions.recorded_at AND approvals.recorded_at < revisions.superseded_at)
        )
    )
)
SELECT place::text, key FROM due ORDER BY key COLLATE "C"
