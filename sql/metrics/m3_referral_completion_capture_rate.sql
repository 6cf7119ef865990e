-- query_id: m3_referral_completion_capture_rate
-- query_version: 1
-- owner: evidence-lead
-- last_updated: 2026-11-21
-- name: referral completion capture rate
-- meaning: of all referrals, the share whose end is known, whatever it was.
-- formula: referrals in a terminal state, divided by all referrals.
-- reads: pilot_referral_events (referral_state, created_at)
-- window: on `created_at`.
-- unit: ratio.
-- better: higher
-- minimum: `state_completeness` at least 0.95.
-- freshness: the state at calculation, also for a window in the past. A referral that ends later changes the figure.
-- limitations: it counts known endings, good or bad; a captured failure counts. Young referrals lower it, because they had
--   no time to end.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL: every one), $3 window_start, $4 window_end (NULL: open), $5 as_of.
WITH counted AS (
  SELECT
    count(*) FILTER (WHERE referral_state <> 'initiated') AS numerator,
    count(*) AS denominator,
    count(referral_state)::numeric / nullif(count(*), 0) AS state_completeness
  FROM pilot.pilot_referral_events
  WHERE ($2::uuid IS NULL OR source_org_id = $2::uuid)
    AND pilot_cycle_id = $1::text
    AND ($3::timestamptz IS NULL OR created_at >= $3)
    AND ($4::timestamptz IS NULL OR created_at < $4)
)
SELECT
  'M3' AS metric_id,
  numerator,
  denominator,
  numerator::numeric / nullif(denominator, 0) AS value,
  denominator AS rows_read,
  '{}'::jsonb AS excluded,
  jsonb_build_object('state_completeness', state_completeness) AS measure,
  jsonb_build_object('state_completeness', 0.95) AS minimum,
  state_completeness >= 0.95 AS meets_minimum,
  $3::timestamptz AS window_start,
  $4::timestamptz AS window_end,
  $5::timestamptz AS as_of
FROM counted
