-- Contact attempts by what they say and by the day, week or month of attempted_at, where their organisation is. The totals are those
-- that M1 divides. Combinations and periods without an attempt are left out.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL is all of them), $3 window_start, $4 window_end (NULL is open),
-- $5 'day', 'week' or 'month'.
SELECT
  attempt_channel,
  attempt_outcome,
  date_trunc($5::text, attempted_at AT TIME ZONE organization.time_zone)::date::text AS period,
  count(*) AS count
FROM pilot.pilot_contact_attempt_events AS attempt
JOIN pilot.organizations AS organization ON organization.id = attempt.recorded_by_org_id
WHERE ($2::uuid IS NULL OR attempt.recorded_by_org_id = $2)
  AND attempt.pilot_cycle_id = $1::text
  AND ($3::timestamptz IS NULL OR attempted_at >= $3)
  AND ($4::timestamptz IS NULL OR attempted_at < $4)
GROUP BY attempt_channel, attempt_outcome, period
