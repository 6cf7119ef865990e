-- Contact attempts: somebody tried to reach a service. Feeds M1 and M5, and anchors connections for M2.
--
-- entity_key_hash is the service's own HMAC of what the organisation sent, never what it sent (spec 9).
-- The API refuses times more than five minutes ahead of its own clock; the ten minutes here leave room for two clocks
-- that differ.

CREATE TABLE pilot.pilot_contact_attempt_events (
  recorded_by_org_id uuid NOT NULL REFERENCES pilot.organizations,
  id uuid NOT NULL,
  pilot_cycle_id pilot.identifier NOT NULL REFERENCES pilot.pilot_cycles,
  service_id pilot.identifier NOT NULL REFERENCES pilot.services,
  entity_key_hash bytea NOT NULL CHECK (octet_length(entity_key_hash) = 32),
  attempt_channel text NOT NULL CHECK (attempt_channel IN ('phone', 'website', 'email', 'in_person', 'referral')),
  attempt_outcome text NOT NULL CHECK (attempt_outcome IN (
    'connected', 'disconnected_number', 'no_response', 'intake_unavailable', 'invalid_routing', 'other_failure'
  )),
  attempted_at pilot.event_time NOT NULL,
  resolved_at pilot.event_time,
  outcome_notes_code text CHECK (outcome_notes_code IN (
    'busy_signal', 'voicemail_only', 'eligibility_mismatch', 'hours_mismatch', 'capacity_full', 'unknown_failure'
  )),
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (recorded_by_org_id, id),
  CHECK (resolved_at >= attempted_at),
  CHECK (attempted_at <= recorded_at + interval '10 minutes'),
  CHECK (resolved_at <= recorded_at + interval '10 minutes')
);
CREATE INDEX pilot_contact_attempt_events_window
  ON pilot.pilot_contact_attempt_events (recorded_by_org_id, pilot_cycle_id, attempted_at);

ALTER TABLE pilot.pilot_contact_attempt_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.pilot_contact_attempt_events FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR recorded_by_org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]));
CREATE POLICY app_insert ON pilot.pilot_contact_attempt_events FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.is_app_admin()) OR recorded_by_org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_update ON pilot.pilot_contact_attempt_events FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.pilot_contact_attempt_events FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_contact_attempt_events TO pilot_app;
GRANT INSERT (recorded_by_org_id, id, pilot_cycle_id, service_id, entity_key_hash, attempt_channel, attempt_outcome,
              attempted_at, resolved_at, outcome_notes_code)
  ON pilot.pilot_contact_attempt_events TO pilot_app;
