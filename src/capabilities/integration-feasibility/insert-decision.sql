INSERT INTO pilot.pilot_integration_feasibility_decisions (
  id, decision, decision_date, redline_checklist_version, violations, compensating_controls, owners,
  no_raw_query_text, no_forced_user_identifying_telemetry, no_reidentification_capability, no_retention_conflict,
  auditable_consent_and_privacy, contingency_kind, contingency_trigger, contingency_owner
)
SELECT
  id, decision, decision_date, redline_checklist_version, violations, compensating_controls, owners,
  no_raw_query_text, no_forced_user_identifying_telemetry, no_reidentification_capability, no_retention_conflict,
  auditable_consent_and_privacy, contingency_kind, contingency_trigger, contingency_owner
FROM json_populate_record(NULL::pilot.pilot_integration_feasibility_decisions, $1)
RETURNING recorded_at
