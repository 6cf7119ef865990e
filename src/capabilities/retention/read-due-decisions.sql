-- The decisions that a later one replaced long enough ago. $1: the moment; $2: the window. The latest has none after it and
-- stays; so do those that held when an approval that is locked now was locked.
WITH decisions AS (
  SELECT ctid AS place, id, recorded_at, lead(recorded_at) OVER (ORDER BY arrival) AS superseded_at
  FROM pilot.pilot_integration_feasibility_decisions
),
approvals AS (
  SELECT DISTINCT ON (id) status, recorded_at FROM pilot.gate_0_approvals ORDER BY id, revision DESC
),
due (place, key) AS (
  SELECT place, id::text
  FROM decisions
  WHERE (superseded_at AT TIME ZONE 'UTC' + $2::interval) AT TIME ZONE 'UTC' <= $1::timestamptz
    AND NOT EXISTS (
      SELECT FROM approvals
      WHERE status = 'locked'
        AND approvals.recorded_at >= decisions.recorded_at
        AND approvals.recorded_at < decisions.superseded_at
    )
)
SELECT place::text, key FROM due ORDER BY key COLLATE "C"
