-- Gate 0 is judged from the records of all organisations, whoever asks: baselines are computed again, and nobody but the
-- service sees more than their verdict. The evaluator is the service itself when it judges: an id that no token can carry,
-- which may read and never write. Membership is asked for first here, too.

CREATE FUNCTION pilot.is_evaluator() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT pilot.current_user_id() = '00000000-0000-0000-0000-000000000001'
$$;

-- Who sees the rows of every organisation.
CREATE FUNCTION pilot.reads_everything() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT pilot.is_app_admin() OR pilot.is_evaluator()
$$;

CREATE OR REPLACE FUNCTION pilot.is_participant() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT cardinality(pilot.member_org_ids()) > 0 OR pilot.reads_everything()
$$;

ALTER POLICY app_select ON pilot.organizations
  USING (id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
ALTER POLICY app_select ON pilot.pilot_connection_events
  USING (org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
ALTER POLICY app_select ON pilot.pilot_contact_attempt_events
  USING (recorded_by_org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
ALTER POLICY app_select ON pilot.pilot_data_decay_audits
  USING (org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
ALTER POLICY app_select ON pilot.pilot_metric_snapshots
  USING (org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
ALTER POLICY app_select ON pilot.pilot_preference_fit_events
  USING (org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
ALTER POLICY app_select ON pilot.pilot_referral_event_history
  USING (source_org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
ALTER POLICY app_select ON pilot.pilot_referral_events
  USING (source_org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
ALTER POLICY app_select ON pilot.pilot_service_scope
  USING (org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
ALTER POLICY app_select ON pilot.pilot_service_scope_history
  USING (org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
ALTER POLICY app_select ON pilot.service_operational_status_events
  USING (org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
