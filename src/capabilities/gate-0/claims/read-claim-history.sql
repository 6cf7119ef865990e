SELECT id, revision, source_kind, status, evidence_reference, recorded_at, recorded_by, service_version
FROM pilot.gate_0_claims
WHERE id = $1 AND ($2::integer IS NULL OR revision < $2)
ORDER BY revision DESC
LIMIT $3
