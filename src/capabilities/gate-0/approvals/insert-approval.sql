INSERT INTO pilot.gate_0_approvals (
  id, revision, choice, owner, decision_date, status, unlock_reason_code,
  providers_min, providers_max, frontline_min, frontline_max
)
SELECT
  id, revision, choice, owner, decision_date, status, unlock_reason_code,
  providers_min, providers_max, frontline_min, frontline_max
FROM json_populate_record(NULL::pilot.gate_0_approvals, $1)
RETURNING recorded_at
