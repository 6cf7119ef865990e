SELECT id, as_of, applied_at, digest, counts, service_version
FROM pilot.retention_runs
ORDER BY applied_at DESC, id DESC
