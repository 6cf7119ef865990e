-- A repeated POST is compared with the referral as first posted, which is the earliest entry of its history.
SELECT
  referral.recorded_at,
  (referral.pilot_cycle_id, referral.target_service_id, referral.created_at,
   posted.referral_state, posted.updated_at, posted.terminal_at, posted.failure_reason_code)
  IS NOT DISTINCT FROM
  ($3::text, $4::text, $5::timestamptz, $6::text, $7::timestamptz, $8::timestamptz, $9::text) AS same_content
FROM pilot.pilot_referral_events AS referral
JOIN pilot.pilot_referral_event_history AS posted
  ON posted.source_org_id = referral.source_org_id AND posted.referral_id = referral.id
WHERE referral.source_org_id = $1 AND referral.id = $2
ORDER BY posted.updated_at
LIMIT 1
