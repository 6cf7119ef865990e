-- The days, weeks or months by which a breakdown counts, in the time zones of the organisations. Weeks begin on Monday. They run from
-- bound to bound; where a bound is open, from the first or to the last event that is counted by them. Without such an event
-- there are none. Over a whole cycle the organisations are those that have recorded something of it, or all as long as none has. The
-- zone is NULL where they have several.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL is all of them), $3 window_start, $4 window_end (NULL is open),
-- $5 'day', 'week' or 'month'.
WITH taking_part AS (
  SELECT id, time_zone
  FROM pilot.organizations
  WHERE CASE WHEN $2::uuid IS NOT NULL THEN id = $2 ELSE
    -- The first by its index, because EXISTS would read every event into a hash table.
    coalesce(
      (SELECT min(attempted_at) FROM pilot.pilot_contact_attempt_events
       WHERE recorded_by_org_id = organizations.id AND pilot_cycle_id = $1::text),
      (SELECT min(created_at) FROM pilot.pilot_referral_events
       WHERE source_org_id = organizations.id AND pilot_cycle_id = $1::text),
      (SELECT min(audited_at) FROM pilot.pilot_data_decay_audits
       WHERE org_id = organizations.id AND pilot_cycle_id = $1::text)
    ) IS NOT NULL
  END
),
organization AS (
  SELECT id, time_zone FROM taking_part
  UNION ALL
  SELECT id, time_zone FROM pilot.organizations WHERE $2::uuid IS NULL AND NOT EXISTS (SELECT FROM taking_part)
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
