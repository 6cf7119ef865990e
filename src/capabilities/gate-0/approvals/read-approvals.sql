-- The approvals as they were at a moment of arrival (NULL is now).
SELECT DISTINCT ON (id COLLATE "C")
  id, revision, choice, owner, decision_date::text, status, unlock_reason_code,
  providers_min, providers_max, frontline_min, frontline_max, recorded_at, recorded_by, service_version
FROM pilot.gate_0_approvals
WHERE recorded_at <= coalesce($1::timestamptz, 'infinity') AND ($2::text IS NULL OR id COLLATE "C" > $2)
ORDER BY id COLLATE "C", revision DESC
LIMIT $3
