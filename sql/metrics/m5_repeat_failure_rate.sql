-- query_id: m5_repeat_failure_rate
-- query_version: 1
-- owner: evidence-lead
-- last_updated: 2026-11-21
-- reads: pilot_contact_attempt_events (entity_key_hash, attempt_outcome, attempted_at)
--
-- M5, repeat failure rate: people with two or more failed attempts, of all people with an attempt.
-- People are told apart by entity_key_hash and by nothing else.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id, $3 window_start, $4 window_end (NULL is open), $5 as_of.
WITH people AS (
  SELECT
    entity_key_hash,
    count(*) AS attempts,
    count(*) FILTER (WHERE attempt_outcome <> 'connected') AS failures
  FROM pilot.pilot_contact_attempt_events
  WHERE recorded_by_org_id = $2::uuid
    AND pilot_cycle_id = $1::text
    AND ($3::timestamptz IS NULL OR attempted_at >= $3)
    AND ($4::timestamptz IS NULL OR attempted_at < $4)
  GROUP BY entity_key_hash
),
counted AS (
  SELECT
    count(entity_key_hash) FILTER (WHERE failures >= 2) AS numerator,
    count(entity_key_hash) AS denominator,
    coalesce(sum(attempts), 0)::bigint AS rows_read,
    coalesce(sum(attempts) FILTER (WHERE entity_key_hash IS NULL), 0)::bigint AS without_hash
  FROM people
)
SELECT
  'M5' AS metric_id,
  numerator,
  denominator,
  numerator::numeric / nullif(denominator, 0) AS value,
  rows_read,
  jsonb_build_object('no_hash', without_hash) AS excluded,
  jsonb_build_object('hash_coverage', (rows_read - without_hash)::numeric / nullif(rows_read, 0)) AS measure,
  jsonb_build_object('hash_coverage', 0.95) AS minimum,
  (rows_read - without_hash)::numeric / nullif(rows_read, 0) >= 0.95 AS meets_minimum,
  $3::timestamptz AS window_start,
  $4::timestamptz AS window_end,
  $5::timestamptz AS as_of
FROM counted
