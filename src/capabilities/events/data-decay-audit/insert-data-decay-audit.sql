INSERT INTO pilot.pilot_data_decay_audits (
  org_id, id, pilot_cycle_id, service_id, is_fatal, fatal_error_category, verification_mode, audited_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING recorded_at
