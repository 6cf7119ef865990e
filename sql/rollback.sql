-- Removes everything that the migrations made, and nothing else: one transaction, by hand, as pilot_owner or a superuser.
-- ALL EVIDENCE IS LOST. Take a backup first. The roles stay; so does the schema, with what sql/roles.sql granted on it, when
-- somebody else's objects are in it.
BEGIN;

DROP TABLE IF EXISTS
  pilot.retention_runs,
  pilot.gate_0_partners,
  pilot.gate_0_claims,
  pilot.gate_0_threat_findings,
  pilot.gate_0_approvals,
  pilot.baseline_metrics,
  pilot.baseline_runs,
  pilot.entity_key_fingerprint,
  pilot.integration_controls,
  pilot.pilot_integration_feasibility_decisions,
  pilot.pilot_cycle_metric_snapshots,
  pilot.pilot_metric_snapshots,
  pilot.pilot_service_scope_history,
  pilot.pilot_service_scope,
  pilot.pilot_preference_fit_events,
  pilot.pilot_data_decay_audits,
  pilot.service_operational_status_events,
  pilot.pilot_connection_events,
  pilot.pilot_referral_event_history,
  pilot.pilot_referral_events,
  pilot.pilot_contact_attempt_events,
  pilot.services,
  pilot.pilot_cycles,
  pilot.app_admins,
  pilot.organization_members,
  pilot.organizations,
  pilot.schema_migrations;

DROP FUNCTION IF EXISTS
  pilot.all_different(text[]),
  pilot.all_texts_have_length(text[], integer, integer),
  pilot.is_participant(),
  pilot.reads_everything(),
  pilot.is_evaluator(),
  pilot.writer_org_ids(),
  pilot.member_org_ids(),
  pilot.is_app_admin(),
  pilot.writing_service_version(),
  pilot.current_user_id();

DROP DOMAIN IF EXISTS pilot.event_time, pilot.identifier;

DROP FUNCTION IF EXISTS pilot.is_identifier(text);

DO $$
BEGIN
  DROP SCHEMA IF EXISTS pilot RESTRICT;
EXCEPTION WHEN dependent_objects_still_exist THEN
  RAISE NOTICE 'schema pilot stays: it holds objects that are not ours';
END
$$;

COMMIT;
