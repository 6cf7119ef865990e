INSERT INTO pilot.pilot_data_decay_audits (
  org_id, id, pilot_cycle_id, service_id, is_fatal, fatal_error_category, verification_mode, audited_at
)
SELECT
  org_id, id, pilot_cycle_id, service_id, is_fatal, fatal_error_category, verification_mode, audited_at
FROM json_populate_recordset(NULL::pilot.pilot_data_decay_audits, $1)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING org_id, id, recorded_at
