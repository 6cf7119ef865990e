SELECT
  id, revision, severity, likelihood, status, mitigation, owner, due_date::text,
  status <> 'resolved' AND coalesce(due_date, 'infinity') < (now() AT TIME ZONE 'UTC')::date AS is_overdue,
  recorded_at, recorded_by, service_version
FROM pilot.gate_0_threat_findings
WHERE id = $1 AND ($2::integer IS NULL OR revision < $2)
ORDER BY revision DESC
LIMIT $3
