INSERT INTO pilot.gate_0_threat_findings (id, revision, severity, likelihood, status, mitigation, owner, due_date)
SELECT id, revision, severity, likelihood, status, mitigation, owner, due_date
FROM json_populate_record(NULL::pilot.gate_0_threat_findings, $1)
RETURNING recorded_at
