-- Data-decay audits: a listing was checked against the world. Feeds M6.

CREATE TABLE pilot.pilot_data_decay_audits (
  org_id uuid NOT NULL REFERENCES pilot.organizations,
  id uuid NOT NULL,
  pilot_cycle_id pilot.identifier NOT NULL REFERENCES pilot.pilot_cycles,
  service_id pilot.identifier NOT NULL REFERENCES pilot.services,
  is_fatal boolean NOT NULL,
  fatal_error_category text CHECK (fatal_error_category IN (
    'wrong_or_disconnected_phone', 'invalid_or_defunct_intake_path', 'materially_incorrect_eligibility',
    'service_closed_or_unavailable_but_listed_available'
  )),
  verification_mode text NOT NULL CHECK (verification_mode IN ('web_only', 'web_plus_call', 'provider_confirmation')),
  audited_at pilot.event_time NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (org_id, id),
  CHECK (is_fatal = (fatal_error_category IS NOT NULL)),
  CHECK (audited_at <= recorded_at + interval '10 minutes')
);
CREATE INDEX pilot_data_decay_audits_window
  ON pilot.pilot_data_decay_audits (org_id, pilot_cycle_id, audited_at);

ALTER TABLE pilot.pilot_data_decay_audits ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.pilot_data_decay_audits FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]));
CREATE POLICY app_insert ON pilot.pilot_data_decay_audits FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_update ON pilot.pilot_data_decay_audits FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.pilot_data_decay_audits FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_data_decay_audits TO pilot_app;
GRANT INSERT (org_id, id, pilot_cycle_id, service_id, is_fatal, fatal_error_category, verification_mode, audited_at)
  ON pilot.pilot_data_decay_audits TO pilot_app;
