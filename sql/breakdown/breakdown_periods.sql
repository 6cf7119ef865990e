-- The days or weeks by which a breakdown counts, in the time zones of the organisations. Weeks begin on Monday. They run from
-- bound to bound; where a bound is open, from the first or to the last event that is counted by them. Without such an event
-- there are none. The zone is NULL where the organisations have several.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL is all of them), $3 window_start, $4 window_end (NULL is open),
-- $5 'day' or 'week'.
WITH organization AS (
  SELECT id, time_zone FROM pilot.organizations WHERE $2::uuid IS NULL OR id = $2
),
bounds AS (
  SELECT
    time_zone,
    CASE WHEN $3::timestamptz IS NOT NULL THEN $3 ELSE least(
      (SELECT min(attempted_at) FROM pilot.pilot_contact_attempt_events
       WHERE recorded_by_org_id = organization.id AND pilot_cycle_id = $1::text
         AND ($4::timestamptz IS NULL OR attempted_at < $4)),
      (SELECT min(created_at) FROM pilot.pilot_referral_events
       WHERE source_org_id = organization.id AND pilot_cycle_id = $1::text
         AND ($4::timestamptz IS NULL OR created_at < $4)),
      (SELECT min(audited_at) FROM pilot.pilot_data_decay_audits
       WHERE org_id = organization.id AND pilot_cycle_id = $1::text
         AND ($4::timestamptz IS NULL OR audited_at < $4))
    ) END AS first_moment,
    -- The bound itself is outside; times have milliseconds.
    CASE WHEN $4::timestamptz IS NOT NULL THEN $4 - interval '1 millisecond' ELSE greatest(
      (SELECT max(attempted_at) FROM pilot.pilot_contact_attempt_events
       WHERE recorded_by_org_id = organization.id AND pilot_cycle_id = $1::text
         AND ($3::timestamptz IS NULL OR attempted_at >= $3)),
      (SELECT max(created_at) FROM pilot.pilot_referral_events
       WHERE source_org_id = organization.id AND pilot_cycle_id = $1::text
         AND ($3::timestamptz IS NULL OR created_at >= $3)),
      (SELECT max(audited_at) FROM pilot.pilot_data_decay_audits
       WHERE org_id = organization.id AND pilot_cycle_id = $1::text
         AND ($3::timestamptz IS NULL OR audited_at >= $3))
    ) END AS last_moment
  FROM organization
),
whole AS (
  SELECT
    CASE WHEN min(time_zone) = max(time_zone) THEN min(time_zone) END AS time_zone,
    min(date_trunc($5::text, first_moment AT TIME ZONE time_zone)) AS first_period,
    max(date_trunc($5::text, last_moment AT TIME ZONE time_zone)) AS last_period
  FROM bounds
)
SELECT
  time_zone,
  ARRAY(
    SELECT period::date::text
    FROM generate_series(first_period, last_period, ('1 ' || $5::text)::interval) AS period
    ORDER BY period
  ) AS periods
FROM whole
