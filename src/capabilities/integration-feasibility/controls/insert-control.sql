INSERT INTO pilot.integration_controls (id, revision, owner, due_date, status, evidence_reference)
SELECT id, revision, owner, due_date, status, evidence_reference
FROM json_populate_record(NULL::pilot.integration_controls, $1)
RETURNING recorded_at
