-- query_id: m5_repeat_failure_rate
-- query_version: 1
-- owner: evidence-lead
-- last_updated: 2026-11-21
-- name: repeat failure rate
-- meaning: of the people who tried to reach a service, the share who failed twice or more.
-- formula: distinct `entity_key_hash` of an organisation with two or more failed attempts, divided by distinct
--   `entity_key_hash` of an organisation with an attempt.
-- reads: pilot_contact_attempt_events (recorded_by_org_id, entity_key_hash, attempt_outcome, attempted_at)
-- window: on `attempted_at`.
-- unit: ratio.
-- better: lower
-- excluded: `no_hash`.
-- minimum: `hash_coverage` at least 0.95.
-- freshness: what had arrived at calculation. An attempt that arrives later counts in the window in which it was made.
-- limitations: people are told apart by the hash alone. Two spellings of one identifier are two people. The same person in
--   two organisations is two people, by design.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL: every one), $3 window_start, $4 window_end (NULL: open), $5 as_of.
WITH people AS (
  SELECT
    entity_key_hash,
    count(*) AS attempts,
    count(*) FILTER (WHERE attempt_outcome <> 'connected') AS failures
  FROM pilot.pilot_contact_attempt_events
  WHERE ($2::uuid IS NULL OR recorded_by_org_id = $2::uuid)
    AND pilot_cycle_id = $1::text
    AND ($3::timestamptz IS NULL OR attempted_at >= $3)
    AND ($4::timestamptz IS NULL OR attempted_at < $4)
  GROUP BY recorded_by_org_id, entity_key_hash
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
