-- The claims as they were at a moment of arrival (NULL is now).
SELECT DISTINCT ON (id COLLATE "C")
  id, revision, source_kind, status, evidence_reference, recorded_at, recorded_by, service_version
FROM pilot.gate_0_claims
WHERE recorded_at <= coalesce($1::timestamptz, 'infinity') AND ($2::text IS NULL OR id COLLATE "C" > $2)
ORDER BY id COLLATE "C", revision DESC
LIMIT $3
