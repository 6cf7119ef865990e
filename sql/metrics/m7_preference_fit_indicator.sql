-- query_id: m7_preference_fit_indicator
-- query_version: 1
-- owner: evidence-lead
-- last_updated: 2026-11-21
-- name: preference-fit indicator
-- meaning: of all answers to the question, the share that prefers this way to find help.
-- formula: answers with `preferred_via_careconnect`, divided by all answers.
-- reads: pilot_preference_fit_events (preferred_via_careconnect, cohort_label, preference_recorded_at)
-- window: on the event's own time (`recorded_at` in the request, `preference_recorded_at` in the table).
-- unit: ratio.
-- better: higher
-- minimum: `cohort_attribution` at least 0.90.
-- freshness: what had arrived at calculation. An answer that arrives later counts in the window in which it was given.
-- limitations: it is an indicator from self-report, over all cohorts together.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL: every one), $3 window_start, $4 window_end (NULL: open), $5 as_of.
WITH counted AS (
  SELECT
    count(*) FILTER (WHERE preferred_via_careconnect) AS numerator,
    count(*) AS denominator,
    count(cohort_label)::numeric / nullif(count(*), 0) AS cohort_attribution
  FROM pilot.pilot_preference_fit_events
  WHERE ($2::uuid IS NULL OR org_id = $2::uuid)
    AND pilot_cycle_id = $1::text
    AND ($3::timestamptz IS NULL OR preference_recorded_at >= $3)
    AND ($4::timestamptz IS NULL OR preference_recorded_at < $4)
)
SELECT
  'M7' AS metric_id,
  numerator,
  denominator,
  numerator::numeric / nullif(denominator, 0) AS value,
  denominator AS rows_read,
  '{}'::jsonb AS excluded,
  jsonb_build_object('cohort_attribution', cohort_attribution) AS measure,
  jsonb_build_object('cohort_attribution', 0.90) AS minimum,
  cohort_attribution >= 0.90 AS meets_minimum,
  $3::timestamptz AS window_start,
  $4::timestamptz AS window_end,
  $5::timestamptz AS as_of
FROM counted
