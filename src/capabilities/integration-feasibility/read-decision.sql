SELECT
  stored.recorded_at,
  (
    stored.decision, stored.decision_date, stored.redline_checklist_version, stored.violations,
    stored.compensating_controls, stored.owners, stored.no_raw_query_text, stored.no_forced_user_identifying_telemetry,
    stored.no_reidentification_capability, stored.no_retention_conflict, stored.auditable_consent_and_privacy,
    stored.contingency_kind, stored.contingency_trigger, stored.contingency_owner
  )
  IS NOT DISTINCT FROM
  (
    given.decision, given.decision_date, given.redline_checklist_version, given.violations,
    given.compensating_controls, given.owners, given.no_raw_query_text, given.no_forced_user_identifying_telemetry,
    given.no_reidentification_capability, given.no_retention_conflict, given.auditable_consent_and_privacy,
    given.contingency_kind, given.contingency_trigger, given.contingency_owner
  ) AS same_content
FROM json_populate_record(NULL::pilot.pilot_integration_feasibility_decisions, $1) AS given
JOIN pilot.pilot_integration_feasibility_decisions AS stored ON stored.id = given.id
