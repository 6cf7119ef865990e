-- How many connections took how long: the usable ones of M2, by the same whole seconds. A bin holds its lower bound and not
-- its upper one, and the last is open.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL is all of them), $3 window_start, $4 window_end (NULL is open).
WITH durations AS (
  SELECT connection.connected_at - attempt.attempted_at AS duration
  FROM pilot.pilot_connection_events AS connection
  JOIN pilot.pilot_contact_attempt_events AS attempt
    ON attempt.recorded_by_org_id = connection.org_id AND attempt.id = connection.contact_attempt_event_id
  WHERE ($2::uuid IS NULL OR connection.org_id = $2)
    AND connection.pilot_cycle_id = $1::text
    AND ($3::timestamptz IS NULL OR connection.connected_at >= $3)
    AND ($4::timestamptz IS NULL OR connection.connected_at < $4)
    AND connection.referral_event_id IS NULL
  UNION ALL
  SELECT connection.connected_at - referral.created_at
  FROM pilot.pilot_connection_events AS connection
  JOIN pilot.pilot_referral_events AS referral
    ON referral.source_org_id = connection.org_id AND referral.id = connection.referral_event_id
  WHERE ($2::uuid IS NULL OR connection.org_id = $2)
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
lower_bounds AS (
  -- 15 minutes, 1, 4, 8, 24, 48 and 72 hours, and a week.
  SELECT ARRAY[0, 900, 3600, 14400, 28800, 86400, 172800, 259200, 604800]::double precision[] AS seconds
),
counted AS (
  SELECT width_bucket(rounded.seconds, lower_bounds.seconds) AS bin, count(*) AS count
  FROM rounded, lower_bounds
  WHERE rounded.seconds >= 0
  GROUP BY bin
)
SELECT
  lower_bound AS from_seconds,
  lead(lower_bound) OVER (ORDER BY bin) AS to_seconds,
  coalesce(counted.count, 0) AS count
FROM lower_bounds, unnest(lower_bounds.seconds) WITH ORDINALITY AS bins (lower_bound, bin)
LEFT JOIN counted USING (bin)
ORDER BY bin
