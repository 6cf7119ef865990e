-- query_id: m6_data_decay_fatal_error_rate
-- query_version: 1
-- owner: evidence-lead
-- last_updated: 2026-11-21
-- reads: pilot_data_decay_audits (is_fatal, verification_mode, audited_at)
--
-- M6, data-decay fatal error rate: audits with a fatal error, of all audits.
-- The minimum is twenty sampled records, every one of them verified by two sources (web_plus_call, provider_confirmation).
--
-- Parameters: $1 pilot_cycle_id, $2 org_id, $3 window_start, $4 window_end (NULL is open), $5 as_of.
WITH counted AS (
  SELECT
    count(*) FILTER (WHERE is_fatal) AS numerator,
    count(*) AS denominator,
    count(*) FILTER (WHERE verification_mode IN ('web_plus_call', 'provider_confirmation'))::numeric
      / nullif(count(*), 0) AS dual_source_verification
  FROM pilot.pilot_data_decay_audits
  WHERE org_id = $2::uuid
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
