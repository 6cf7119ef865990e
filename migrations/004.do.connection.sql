-- Connections: a person reached a service. Feeds M2, which runs from the anchor (an attempt or a referral).
--
-- Anchors are referred to with the organisation in the key: a foreign key ignores row-level security, and a key on the
-- id alone would let one organisation sense another's ids.

CREATE TABLE pilot.pilot_connection_events (
  org_id uuid NOT NULL REFERENCES pilot.organizations,
  id uuid NOT NULL,
  pilot_cycle_id pilot.identifier NOT NULL REFERENCES pilot.pilot_cycles,
  service_id pilot.identifier NOT NULL REFERENCES pilot.services,
  contact_attempt_event_id uuid,
  referral_event_id uuid,
  connected_at pilot.event_time NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, contact_attempt_event_id) REFERENCES pilot.pilot_contact_attempt_events (recorded_by_org_id, id),
  FOREIGN KEY (org_id, referral_event_id) REFERENCES pilot.pilot_referral_events (source_org_id, id),
  CHECK (num_nonnulls(contact_attempt_event_id, referral_event_id) = 1),
  CHECK (connected_at <= recorded_at + interval '10 minutes')
);
CREATE INDEX pilot_connection_events_window
  ON pilot.pilot_connection_events (org_id, pilot_cycle_id, connected_at);

ALTER TABLE pilot.pilot_connection_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.pilot_connection_events FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]));
CREATE POLICY app_insert ON pilot.pilot_connection_events FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_update ON pilot.pilot_connection_events FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.pilot_connection_events FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_connection_events TO pilot_app;
GRANT INSERT (org_id, id, pilot_cycle_id, service_id, contact_attempt_event_id, referral_event_id, connected_at)
  ON pilot.pilot_connection_events TO pilot_app;
