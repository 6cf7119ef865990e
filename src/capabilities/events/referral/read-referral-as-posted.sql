-- A repeated POST is compared with the referral as first posted, which is the earliest entry of its history.
SELECT
  event.ordinality::integer AS position,
  referral.recorded_at,
  (
    referral.pilot_cycle_id, referral.target_service_id, referral.created_at,
    posted.referral_state, posted.updated_at, posted.terminal_at, posted.failure_reason_code
  )
  IS NOT DISTINCT FROM
  (
    event.pilot_cycle_id, event.target_service_id, event.created_at,
    event.referral_state, event.updated_at, event.terminal_at, event.failure_reason_code
  ) AS same_content
FROM json_populate_recordset(NULL::pilot.pilot_referral_events, $1) WITH ORDINALITY AS event
CROSS JOIN LATERAL (
  -- An order that only the primary key has: for a table that its statistics know as empty, every index looks as good.
  SELECT * FROM pilot.pilot_referral_events WHERE source_org_id = event.source_org_id AND id BETWEEN event.id AND event.id ORDER BY id LIMIT 1
) AS referral
CROSS JOIN LATERAL (
  SELECT history.referral_state, history.updated_at, history.terminal_at, history.failure_reason_code
  FROM pilot.pilot_referral_event_history AS history
  WHERE history.source_org_id = referral.source_org_id AND history.referral_id = referral.id
  ORDER BY history.updated_at
  LIMIT 1
) AS posted
