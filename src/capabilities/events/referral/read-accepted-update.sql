-- An update that was accepted before and is equal to this one. The earliest entry is the POST, not an update.
SELECT history.recorded_at
FROM pilot.pilot_referral_event_history AS history
WHERE history.source_org_id = $1
  AND history.referral_id = $2
  AND (history.referral_state, history.updated_at, history.terminal_at, history.failure_reason_code)
      IS NOT DISTINCT FROM ($3::text, $4::timestamptz, $5::timestamptz, $6::text)
  AND EXISTS (
    SELECT FROM pilot.pilot_referral_event_history AS earlier
    WHERE earlier.source_org_id = $1 AND earlier.referral_id = $2 AND earlier.updated_at < history.updated_at
  )
