-- The findings as they were at a moment of arrival (NULL is now), and whether they were overdue then.
SELECT DISTINCT ON (id COLLATE "C")
  id, revision, severity, likelihood, status, mitigation, owner, due_date::text,
  status <> 'resolved'
    AND coalesce(due_date, 'infinity') < (coalesce($1::timestamptz, now()) AT TIME ZONE 'UTC')::date AS is_overdue,
  recorded_at, recorded_by, service_version
FROM pilot.gate_0_threat_findings
WHERE recorded_at <= coalesce($1::timestamptz, 'infinity') AND ($2::text IS NULL OR id COLLATE "C" > $2)
ORDER BY id COLLATE "C", revision DESC
LIMIT $3
