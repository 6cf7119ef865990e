-- A new referral, and the first entry of its history. One without the other must not be stored: then the division fails, and
-- the transaction with it.
WITH inserted AS (
  INSERT INTO pilot.pilot_referral_events (
    source_org_id, id, pilot_cycle_id, target_service_id, created_at,
    referral_state, updated_at, terminal_at, failure_reason_code
  )
  SELECT
    source_org_id, id, pilot_cycle_id, target_service_id, created_at,
    referral_state, updated_at, terminal_at, failure_reason_code
  FROM json_populate_recordset(NULL::pilot.pilot_referral_events, $1)
  ON CONFLICT (source_org_id, id) DO NOTHING
  RETURNING *
),
history AS (
  INSERT INTO pilot.pilot_referral_event_history (
    source_org_id, referral_id, referral_state, updated_at, terminal_at, failure_reason_code
  )
  SELECT source_org_id, id, referral_state, updated_at, terminal_at, failure_reason_code
  FROM inserted
  RETURNING source_org_id, referral_id
)
SELECT
  inserted.source_org_id AS org_id,
  inserted.id,
  inserted.recorded_at,
  1 / (history.referral_id IS NOT NULL)::integer AS histories
FROM inserted
LEFT JOIN history ON history.source_org_id = inserted.source_org_id AND history.referral_id = inserted.id
