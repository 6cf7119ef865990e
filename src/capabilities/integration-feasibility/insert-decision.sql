INSERT INTO pilot.pilot_integration_feasibility_decisions (
  id, decision, decision_date, redline_checklist_version, violations, compensating_controls, owners
)
VALUES ($1, $2, $3, $4, $5, $6, $7)
RETURNING recorded_at
