-- query_id: m4_freshness_sla_compliance
-- query_version: 1
-- owner: evidence-lead
-- last_updated: 2026-11-21
-- reads: pilot_service_scope (sla_tier), service_operational_status_events (checked_at)
--
-- M4, freshness SLA compliance: scoped services whose latest status check is within their tier's limit, of all scoped.
-- Limits are inclusive. Any status counts as a check, and only checks at or before as_of count. A service that was never
-- checked does not comply. The window does not apply to checks; its end is as_of.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id, $3 window_start, $4 window_end (NULL is open), $5 as_of.
WITH latest_checks AS (
  SELECT
    scope.sla_tier,
    (
      SELECT max(status.checked_at)
      FROM pilot.service_operational_status_events AS status
      WHERE status.org_id = $2::uuid
        AND status.pilot_cycle_id = $1::text
        AND status.service_id = scope.service_id
        AND status.checked_at <= $5::timestamptz
    ) AS checked_at
  FROM pilot.pilot_service_scope AS scope
  WHERE scope.org_id = $2::uuid AND scope.pilot_cycle_id = $1::text
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
