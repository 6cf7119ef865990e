-- Audits by what they found and how, and by the day, week or month of audited_at, where their organisation is. The totals are those
-- that M6 divides. Combinations and periods without an audit are left out.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL is all of them), $3 window_start, $4 window_end (NULL is open),
-- $5 'day', 'week' or 'month'.
SELECT
  fatal_error_category,
  verification_mode,
  date_trunc($5::text, audited_at AT TIME ZONE organization.time_zone)::date::text AS period,
  count(*) AS count
FROM pilot.pilot_data_decay_audits AS audit
JOIN pilot.organizations AS organization ON organization.id = audit.org_id
WHERE ($2::uuid IS NULL OR audit.org_id = $2)
  AND audit.pilot_cycle_id = $1::text
  AND ($3::timestamptz IS NULL OR audited_at >= $3)
  AND ($4::timestamptz IS NULL OR audited_at < $4)
GROUP BY fatal_error_category, verification_mode, period
