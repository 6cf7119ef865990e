-- Referrals by the state that they are in now, with its reason, and by the day, week or month of created_at, where their
-- organisation is. The totals are those that M3 divides. Combinations and periods without a referral are left out.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL is all of them), $3 window_start, $4 window_end (NULL is open),
-- $5 'day', 'week' or 'month'.
SELECT
  referral_state,
  failure_reason_code,
  date_trunc($5::text, referral.created_at AT TIME ZONE organization.time_zone)::date::text AS period,
  count(*) AS count
FROM pilot.pilot_referral_events AS referral
JOIN pilot.organizations AS organization ON organization.id = referral.source_org_id
WHERE ($2::uuid IS NULL OR referral.source_org_id = $2)
  AND referral.pilot_cycle_id = $1::text
  AND ($3::timestamptz IS NULL OR referral.created_at >= $3)
  AND ($4::timestamptz IS NULL OR referral.created_at < $4)
GROUP BY referral_state, failure_reason_code, period
