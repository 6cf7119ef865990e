-- query_id: m1_failed_contact_rate
-- query_version: 1
-- owner: evidence-lead
-- last_updated: 2026-11-21
-- name: failed contact rate
-- meaning: of all attempts to reach a service, the share that did not get through.
-- formula: attempts whose outcome is any but `connected`, divided by all attempts.
-- reads: pilot_contact_attempt_events (attempt_outcome, attempted_at)
-- window: on `attempted_at`.
-- unit: ratio.
-- better: lower
-- minimum: `outcome_completeness` at least 0.95.
-- freshness: what had arrived at calculation. An attempt that arrives later counts in the window in which it was made.
-- limitations: an attempt that nobody recorded is not in it. The outcome is required on every row, so the completeness is 1
--   as long as the schema stands.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL: every one), $3 window_start, $4 window_end (NULL: open), $5 as_of.
WITH counted AS (
  SELECT
    count(*) FILTER (WHERE attempt_outcome <> 'connected') AS numerator,
    count(*) AS denominator,
    count(attempt_outcome)::numeric / nullif(count(*), 0) AS outcome_completeness
  FROM pilot.pilot_contact_attempt_events
  WHERE ($2::uuid IS NULL OR recorded_by_org_id = $2::uuid)
    AND pilot_cycle_id = $1::text
    AND ($3::timestamptz IS NULL OR attempted_at >= $3)
    AND ($4::timestamptz IS NULL OR attempted_at < $4)
)
SELECT
  'M1' AS metric_id,
  numerator,
  denominator,
  numerator::numeric / nullif(denominator, 0) AS value,
  denominator AS rows_read,
  '{}'::jsonb AS excluded,
  jsonb_build_object('outcome_completeness', outcome_completeness) AS measure,
  jsonb_build_object('outcome_completeness', 0.95) AS minimum,
  outcome_completeness >= 0.95 AS meets_minimum,
  $3::timestamptz AS window_start,
  $4::timestamptz AS window_end,
  $5::timestamptz AS as_of
FROM counted
