-- query_id: m2_seconds_to_connection
-- query_version: 1
-- owner: evidence-lead
-- last_updated: 2026-11-21
-- name: seconds to successful connection
-- meaning: how long it took from the attempt or the referral to the connection that came of it.
-- formula: 50th, 75th and 90th percentile, interpolated linearly (`percentile_cont`), of `connected_at` minus the anchor's
--   own time (`attempted_at` or `created_at`), rounded to whole seconds, half away from zero.
-- reads: pilot_connection_events (connected_at, anchors), pilot_contact_attempt_events (attempted_at), pilot_referral_events (created_at)
-- window: on `connected_at`. The anchor counts wherever it lies.
-- unit: seconds. The numerator is null; the denominator is the number of usable connections.
-- better: lower
-- excluded: `negative_duration`, `no_anchor`. The API lets neither in.
-- minimum: `usable_timestamps` at least 0.90.
-- freshness: what had arrived at calculation. A connection that arrives later counts in the window in which it was made.
-- limitations: people who never connected are not in it. Read it beside M1 and M3.
--
-- Times have milliseconds, so a double is exact enough to round durations right.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL: every one), $3 window_start, $4 window_end (NULL: open), $5 as_of.
WITH durations AS (
  SELECT connection.connected_at - attempt.attempted_at AS duration
  FROM pilot.pilot_connection_events AS connection
  LEFT JOIN pilot.pilot_contact_attempt_events AS attempt
    ON attempt.recorded_by_org_id = connection.org_id AND attempt.id = connection.contact_attempt_event_id
  WHERE ($2::uuid IS NULL OR connection.org_id = $2::uuid)
    AND connection.pilot_cycle_id = $1::text
    AND ($3::timestamptz IS NULL OR connection.connected_at >= $3)
    AND ($4::timestamptz IS NULL OR connection.connected_at < $4)
    AND connection.referral_event_id IS NULL
  UNION ALL
  SELECT connection.connected_at - referral.created_at
  FROM pilot.pilot_connection_events AS connection
  LEFT JOIN pilot.pilot_referral_events AS referral
    ON referral.source_org_id = connection.org_id AND referral.id = connection.referral_event_id
  WHERE ($2::uuid IS NULL OR connection.org_id = $2::uuid)
    AND connection.pilot_cycle_id = $1::text
    AND ($3::timestamptz IS NULL OR connection.connected_at >= $3)
    AND ($4::timestamptz IS NULL OR connection.connected_at < $4)
    AND connection.referral_event_id IS NOT NULL
),
-- OFFSET 0 keeps each of the next two steps from being computed once for every use of its result.
exact AS (
  SELECT date_part('epoch', duration) AS seconds FROM durations OFFSET 0
),
rounded AS (
  SELECT trunc(seconds + 0.5 * sign(seconds)) AS seconds FROM exact OFFSET 0
),
counted AS (
  SELECT
    count(*) AS rows_read,
    count(*) FILTER (WHERE seconds >= 0) AS usable,
    count(*) FILTER (WHERE seconds < 0) AS negative,
    count(*) FILTER (WHERE seconds IS NULL) AS without_anchor,
    percentile_cont(ARRAY[0.5, 0.75, 0.9]) WITHIN GROUP (ORDER BY seconds)
      FILTER (WHERE seconds >= 0) AS percentiles
  FROM rounded
)
SELECT
  metric.id AS metric_id,
  NULL::bigint AS numerator,
  usable AS denominator,
  percentiles[metric.position]::numeric AS value,
  rows_read,
  jsonb_build_object('negative_duration', negative, 'no_anchor', without_anchor) AS excluded,
  jsonb_build_object('usable_timestamps', usable::numeric / nullif(rows_read, 0)) AS measure,
  jsonb_build_object('usable_timestamps', 0.90) AS minimum,
  usable::numeric / nullif(rows_read, 0) >= 0.90 AS meets_minimum,
  $3::timestamptz AS window_start,
  $4::timestamptz AS window_end,
  $5::timestamptz AS as_of
FROM counted, unnest(ARRAY['M2_P50', 'M2_P75', 'M2_P90']) WITH ORDINALITY AS metric (id, position)
ORDER BY metric.position
