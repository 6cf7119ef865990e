-- The controls as they were at a moment of arrival (NULL is now), and whether they were overdue then. Days are in UTC.
SELECT DISTINCT ON (id COLLATE "C")
  id, revision, owner, due_date::text, status, evidence_reference,
  status = 'pending' AND due_date < (coalesce($1::timestamptz, now()) AT TIME ZONE 'UTC')::date AS is_overdue,
  recorded_at, recorded_by, service_version
FROM pilot.integration_controls
WHERE recorded_at <= coalesce($1::timestamptz, 'infinity') AND ($2::text IS NULL OR id COLLATE "C" > $2)
ORDER BY id COLLATE "C", revision DESC
LIMIT $3
