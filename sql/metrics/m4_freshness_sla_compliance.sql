-- query_id: m4_freshness_sla_compliance
-- query_version: 1
-- owner: evidence-lead
-- last_updated: 2026-11-21
-- name: freshness SLA compliance
-- meaning: of the services in scope, the share that somebody checked recently enough.
-- formula: services in scope whose latest status check of the same organisation at or before `as_of` is not older than the
--   tier's limit (crisis 24 hours, high_demand 48 hours, standard 168 hours, inclusive), divided by all services in scope.
-- reads: pilot_service_scope (sla_tier), service_operational_status_events (checked_at)
-- window: not on checks; only its end applies, as `as_of`.
-- unit: ratio. `never_checked` in `measure` counts those without any check, which do not comply.
-- better: higher
-- minimum: `tier_completeness` 1.
-- freshness: checks at or before `as_of` that had arrived at calculation; scope and tiers of the calculation, also for a
--   window in the past.
-- limitations: any status counts as a check, `unknown` too. A service in the scope of two organisations is two services, and a
--   check of one of them says nothing about the other's.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL: every one), $3 window_start, $4 window_end (NULL: open), $5 as_of.
WITH latest_checks AS (
  SELECT
    scope.sla_tier,
    (
      SELECT max(status.checked_at)
      FROM pilot.service_operational_status_events AS status
      WHERE status.org_id = scope.org_id
        AND status.pilot_cycle_id = $1::text
        AND status.service_id = scope.service_id
        AND status.checked_at <= $5::timestamptz
    ) AS checked_at
  FROM pilot.pilot_service_scope AS scope
  WHERE ($2::uuid IS NULL OR scope.org_id = $2::uuid)
    AND scope.pilot_cycle_id = $1::text
),
counted AS (
  SELECT
    count(*) FILTER (
      WHERE checked_at >= $5::timestamptz - CASE sla_tier
        WHEN 'crisis' THEN interval '24 hours'
        WHEN 'high_demand' THEN interval '48 hours'
        WHEN 'standard' THEN interval '168 hours'
      END
    ) AS numerator,
    count(*) AS denominator,
    count(*) FILTER (WHERE checked_at IS NULL) AS never_checked,
    count(sla_tier)::numeric / nullif(count(*), 0) AS tier_completeness
  FROM latest_checks
)
SELECT
  'M4' AS metric_id,
  numerator,
  denominator,
  numerator::numeric / nullif(denominator, 0) AS value,
  denominator AS rows_read,
  '{}'::jsonb AS excluded,
  jsonb_build_object('tier_completeness', tier_completeness, 'never_checked', never_checked) AS measure,
  jsonb_build_object('tier_completeness', 1) AS minimum,
  tier_completeness >= 1 AS meets_minimum,
  $3::timestamptz AS window_start,
  $4::timestamptz AS window_end,
  $5::timestamptz AS as_of
FROM counted
