-- Service status checks: somebody looked whether a service is open. Feeds M4, together with the scope.

CREATE TABLE pilot.service_operational_status_events (
  org_id uuid NOT NULL REFERENCES pilot.organizations,
  id uuid NOT NULL,
  pilot_cycle_id pilot.identifier NOT NULL REFERENCES pilot.pilot_cycles,
  service_id pilot.identifier NOT NULL REFERENCES pilot.services,
  status_code text NOT NULL CHECK (status_code IN ('available', 'temporarily_unavailable', 'closed', 'unknown')),
  checked_at pilot.event_time NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (org_id, id),
  CHECK (checked_at <= recorded_at + interval '10 minutes')
);
CREATE INDEX service_operational_status_events_latest
  ON pilot.service_operational_status_events (org_id, pilot_cycle_id, service_id, checked_at DESC);

ALTER TABLE pilot.service_operational_status_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.service_operational_status_events FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]));
CREATE POLICY app_insert ON pilot.service_operational_status_events FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_update ON pilot.service_operational_status_events FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.service_operational_status_events FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.service_operational_status_events TO pilot_app;
GRANT INSERT (org_id, id, pilot_cycle_id, service_id, status_code, checked_at)
  ON pilot.service_operational_status_events TO pilot_app;
