INSERT INTO pilot.gate_0_partners (id, revision, pilot_cycle_id, role, name, status, org_id)
SELECT id, revision, pilot_cycle_id, role, name, status, org_id
FROM json_populate_record(NULL::pilot.gate_0_partners, $1)
RETURNING recorded_at
