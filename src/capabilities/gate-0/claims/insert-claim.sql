INSERT INTO pilot.gate_0_claims (id, revision, source_kind, status, evidence_reference)
SELECT id, revision, source_kind, status, evidence_reference
FROM json_populate_record(NULL::pilot.gate_0_claims, $1)
RETURNING recorded_at
