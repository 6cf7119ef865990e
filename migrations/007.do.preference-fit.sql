-- Preference fit: would this cohort have preferred to come this way? Feeds M7.
--
-- The API calls the event's own time recorded_at; here that name is the arrival, as in every table, and the event's own
-- time is preference_recorded_at.

CREATE TABLE pilot.pilot_preference_fit_events (
  org_id uuid NOT NULL REFERENCES pilot.organizations,
  id uuid NOT NULL,
  pilot_cycle_id pilot.identifier NOT NULL REFERENCES pilot.pilot_cycles,
  cohort_label pilot.identifier NOT NULL,
  preferred_via_careconnect boolean NOT NULL,
  preference_recorded_at pilot.event_time NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (org_id, id),
  CHECK (preference_recorded_at <= recorded_at + interval '10 minutes')
);
CREATE INDEX pilot_preference_fit_events_window
  ON pilot.pilot_preference_fit_events (org_id, pilot_cycle_id, preference_recorded_at);

ALTER TABLE pilot.pilot_preference_fit_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.pilot_preference_fit_events FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]));
CREATE POLICY app_insert ON pilot.pilot_preference_fit_events FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_update ON pilot.pilot_preference_fit_events FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.pilot_preference_fit_events FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_preference_fit_events TO pilot_app;
GRANT INSERT (org_id, id, pilot_cycle_id, cohort_label, preferred_via_careconnect, preference_recorded_at)
  ON pilot.pilot_preference_fit_events TO pilot_app;
