SELECT
  id, revision, choice, owner, decision_date::text, status, unlock_reason_code,
  providers_min, providers_max, frontline_min, frontline_max, recorded_at, recorded_by, service_version
FROM pilot.gate_0_approvals
WHERE id = $1 AND ($2::integer IS NULL OR revision < $2)
ORDER BY revision DESC
LIMIT $3
