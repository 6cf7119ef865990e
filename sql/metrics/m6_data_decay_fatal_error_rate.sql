-- query_id: m6_data_decay_fatal_error_rate
-- query_version: 1
-- owner: evidence-lead
-- last_updated: 2026-11-21
-- name: data-decay fatal error rate
-- meaning: of all audits of listings, the share that found an error which makes the listing useless.
-- formula: audits with a fatal error, divided by all audits.
-- reads: pilot_data_decay_audits (is_fatal, verification_mode, audited_at)
-- window: on `audited_at`.
-- unit: ratio.
-- better: lower
-- minimum: `sampled_records` at least 20, and `dual_source_verification` 1: every audit is `web_plus_call` or
--   `provider_confirmation` (why: docs/decisions/0013-minimum-of-m6.md).
-- freshness: what had arrived at calculation. A listing may have decayed, or been corrected, since its audit.
-- limitations: it counts audits, not listings; a listing audited twice counts twice. Nobody checks that the sample was
--   drawn at random.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL: every one), $3 window_start, $4 window_end (NULL: open), $5 as_of.
WITH counted AS (
  SELECT
    count(*) FILTER (WHERE is_fatal) AS numerator,
    count(*) AS denominator,
    count(*) FILTER (WHERE verification_mode IN ('web_plus_call', 'provider_confirmation'))::numeric
      / nullif(count(*), 0) AS dual_source_verification
  FROM pilot.pilot_data_decay_audits
  WHERE ($2::uuid IS NULL OR org_id = $2::uuid)
    AND pilot_cycle_id = $1::text
    AND ($3::timestamptz IS NULL OR audited_at >= $3)
    AND ($4::timestamptz IS NULL OR audited_at < $4)
)
SELECT
  'M6' AS metric_id,
  numerator,
  denominator,
  numerator::numeric / nullif(denominator, 0) AS value,
  denominator AS rows_read,
  '{}'::jsonb AS excluded,
  jsonb_build_object('sampled_records', denominator, 'dual_source_verification', dual_source_verification) AS measure,
  jsonb_build_object('sampled_records', 20, 'dual_source_verification', 1) AS minimum,
  denominator >= 20 AND dual_source_verification >= 1 AS meets_minimum,
  $3::timestamptz AS window_start,
  $4::timestamptz AS window_end,
  $5::timestamptz AS as_of
FROM counted
