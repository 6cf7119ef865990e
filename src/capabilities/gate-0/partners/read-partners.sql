-- The partners as they were at a moment of arrival (NULL is now).
SELECT DISTINCT ON (id COLLATE "C")
  id, revision, pilot_cycle_id, role, name, status, org_id, recorded_at, recorded_by, service_version
FROM pilot.gate_0_partners
WHERE recorded_at <= coalesce($1::timestamptz, 'infinity') AND ($2::text IS NULL OR id COLLATE "C" > $2)
ORDER BY id COLLATE "C", revision DESC
LIMIT $3
