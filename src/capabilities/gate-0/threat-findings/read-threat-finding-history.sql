-- A revision was overdue when its due date passed while it held.
SELECT
  id, revision, severity, likelihood, status, mitigation, owner, due_date::text,
  status <> 'resolved' AND coalesce(due_date, 'infinity') < (held_until AT TIME ZONE 'UTC')::date AS is_overdue,
  recorded_at, recorded_by, service_version
FROM (
  SELECT *, lead(recorded_at, 1, now()) OVER (ORDER BY revision) AS held_until
  FROM pilot.gate_0_threat_findings
  WHERE id = $1
) AS revisions
WHERE $2::integer IS NULL OR revision < $2
ORDER BY revision DESC
LIMIT $3
