-- Referrals and their append-only history. Feeds M3, and anchors connections for M2.
--
-- The referral row is its present state; the history keeps every state that was ever accepted. Its earliest row is the
-- referral as first posted, which a repeated POST is compared with; the later ones are the accepted updates.

CREATE TABLE pilot.pilot_referral_events (
  source_org_id uuid NOT NULL REFERENCES pilot.organizations,
  id uuid NOT NULL,
  pilot_cycle_id pilot.identifier NOT NULL REFERENCES pilot.pilot_cycles,
  target_service_id pilot.identifier NOT NULL REFERENCES pilot.services,
  referral_state text NOT NULL CHECK (referral_state IN (
    'initiated', 'connected', 'failed', 'client_withdrew', 'no_response_timeout'
  )),
  created_at pilot.event_time NOT NULL,
  updated_at pilot.event_time NOT NULL,
  terminal_at pilot.event_time,
  failure_reason_code text CHECK (failure_reason_code IN (
    'disconnected_number', 'no_response', 'intake_closed', 'ineligible', 'capacity_full', 'unknown_failure'
  )),
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (source_org_id, id),
  CHECK (updated_at >= created_at),
  CHECK (terminal_at >= created_at),
  CHECK ((referral_state = 'initiated') = (terminal_at IS NULL)),
  CHECK (failure_reason_code IS NULL OR referral_state IN ('failed', 'no_response_timeout')),
  CHECK (created_at <= recorded_at + interval '10 minutes')
);
CREATE INDEX pilot_referral_events_window
  ON pilot.pilot_referral_events (source_org_id, pilot_cycle_id, created_at);

CREATE TABLE pilot.pilot_referral_event_history (
  source_org_id uuid NOT NULL,
  referral_id uuid NOT NULL,
  updated_at pilot.event_time NOT NULL,
  referral_state text NOT NULL CHECK (referral_state IN (
    'initiated', 'connected', 'failed', 'client_withdrew', 'no_response_timeout'
  )),
  terminal_at pilot.event_time,
  failure_reason_code text CHECK (failure_reason_code IN (
    'disconnected_number', 'no_response', 'intake_closed', 'ineligible', 'capacity_full', 'unknown_failure'
  )),
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (source_org_id, referral_id, updated_at),
  FOREIGN KEY (source_org_id, referral_id) REFERENCES pilot.pilot_referral_events (source_org_id, id),
  CHECK ((referral_state = 'initiated') = (terminal_at IS NULL)),
  CHECK (failure_reason_code IS NULL OR referral_state IN ('failed', 'no_response_timeout')),
  CHECK (updated_at <= recorded_at + interval '10 minutes'),
  CHECK (terminal_at <= recorded_at + interval '10 minutes')
);

ALTER TABLE pilot.pilot_referral_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.pilot_referral_events FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR source_org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]));
CREATE POLICY app_insert ON pilot.pilot_referral_events FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.is_app_admin()) OR source_org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_update ON pilot.pilot_referral_events FOR UPDATE TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR source_org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]))
  WITH CHECK ((SELECT pilot.is_app_admin()) OR source_org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_delete ON pilot.pilot_referral_events FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_referral_events TO pilot_app;
GRANT INSERT (source_org_id, id, pilot_cycle_id, target_service_id, referral_state, created_at, updated_at, terminal_at,
              failure_reason_code)
  ON pilot.pilot_referral_events TO pilot_app;
GRANT UPDATE (referral_state, updated_at, terminal_at, failure_reason_code) ON pilot.pilot_referral_events TO pilot_app;

ALTER TABLE pilot.pilot_referral_event_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.pilot_referral_event_history FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR source_org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]));
CREATE POLICY app_insert ON pilot.pilot_referral_event_history FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.is_app_admin()) OR source_org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_update ON pilot.pilot_referral_event_history FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.pilot_referral_event_history FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_referral_event_history TO pilot_app;
GRANT INSERT (source_org_id, referral_id, updated_at, referral_state, terminal_at, failure_reason_code)
  ON pilot.pilot_referral_event_history TO pilot_app;
