SELECT
  recorded_at,
  (decision, decision_date, redline_checklist_version, violations, compensating_controls, owners)
  IS NOT DISTINCT FROM
  ($2::text, $3::date, $4::text, $5::text[], $6::text[], $7::text[]) AS same_content
FROM pilot.pilot_integration_feasibility_decisions
WHERE id = $1
