INSERT INTO pilot.retention_runs (id, as_of, digest, counts, service_version)
VALUES ($1, $2, $3, $4, $5)
RETURNING applied_at
