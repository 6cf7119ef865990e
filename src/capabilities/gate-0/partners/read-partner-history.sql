SELECT id, revision, pilot_cycle_id, role, name, status, org_id, recorded_at, recorded_by, service_version
FROM pilot.gate_0_partners
WHERE id = $1 AND ($2::integer IS NULL OR revision < $2)
ORDER BY revision DESC
LIMIT $3
