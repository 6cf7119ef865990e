-- The decisions that had arrived at a moment (NULL is now), the newest by arrival first: the first of them governs.
SELECT
  id, decision, decision_date::text, redline_checklist_version, violations, compensating_controls, owners,
  json_build_object(
    'no_raw_query_text', no_raw_query_text,
    'no_forced_user_identifying_telemetry', no_forced_user_identifying_telemetry,
    'no_reidentification_capability', no_reidentification_capability,
    'no_retention_conflict', no_retention_conflict,
    'auditable_consent_and_privacy', auditable_consent_and_privacy
  ) AS redlines,
  CASE WHEN contingency_kind IS NOT NULL THEN
    json_build_object('kind', contingency_kind, 'trigger', contingency_trigger, 'owner', contingency_owner)
  END AS contingency,
  recorded_at, recorded_by, service_version
FROM pilot.pilot_integration_feasibility_decisions
WHERE recorded_at <= coalesce($1::timestamptz, 'infinity')
  AND (
    $2::uuid IS NULL
    OR arrival < (SELECT arrival FROM pilot.pilot_integration_feasibility_decisions WHERE id = $2)
  )
ORDER BY arrival DESC
LIMIT $3
