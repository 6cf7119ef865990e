-- Baselines: what the seven metrics were in a fixed window before the pilot, kept as they were found. Gate 0 runs the saved
-- queries over the same window again and compares; Gate 1 compares what the pilot measures with them. Members read those of
-- their organisation. Nobody writes one through the service: a command does, as pilot_owner, which therefore sees the tables
-- that the saved queries read. It changes none of them.

CREATE TABLE pilot.baseline_runs (
  org_id uuid NOT NULL REFERENCES pilot.organizations,
  id uuid NOT NULL,
  pilot_cycle_id pilot.identifier NOT NULL REFERENCES pilot.pilot_cycles,
  -- The days as they were asked for, the first that counts and the first that no longer does, and where they begin.
  start_date date NOT NULL,
  end_date date NOT NULL,
  time_zone text NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 100),
  window_start pilot.event_time NOT NULL,
  window_end pilot.event_time NOT NULL,
  calculated_at timestamptz(3) NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (org_id, id),
  CHECK (start_date < end_date),
  CHECK (window_start < window_end),
  CHECK (window_end <= calculated_at)
);
CREATE INDEX baseline_runs_latest ON pilot.baseline_runs (org_id, pilot_cycle_id, recorded_at DESC, id DESC);

CREATE TABLE pilot.baseline_metrics (
  org_id uuid NOT NULL,
  run_id uuid NOT NULL,
  metric_id text NOT NULL CHECK (metric_id IN ('M1', 'M2_P50', 'M2_P75', 'M2_P90', 'M3', 'M4', 'M5', 'M6', 'M7')),
  value numeric,
  unit text NOT NULL CHECK (unit IN ('ratio', 'seconds')),
  numerator bigint CHECK (numerator >= 0),
  denominator bigint NOT NULL CHECK (denominator >= 0),
  note text CHECK (note IN ('no_qualifying_events')),
  quality text NOT NULL CHECK (quality IN ('ok', 'below_minimum', 'no_data')),
  data_quality jsonb NOT NULL,
  query_id text NOT NULL,
  query_version integer NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (org_id, run_id, metric_id),
  FOREIGN KEY (org_id, run_id) REFERENCES pilot.baseline_runs (org_id, id),
  CHECK ((denominator = 0) = (value IS NULL)),
  CHECK ((value IS NULL) = (note IS NOT NULL)),
  CHECK ((unit = 'seconds') = (metric_id LIKE 'M2%')),
  CHECK (unit = 'seconds' OR numerator <= denominator)
);

ALTER TABLE pilot.baseline_runs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_select ON pilot.baseline_runs FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_insert ON pilot.baseline_runs FOR INSERT TO pilot_owner WITH CHECK (true);
CREATE POLICY app_select ON pilot.baseline_runs FOR SELECT TO pilot_app
  USING (org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
CREATE POLICY app_insert ON pilot.baseline_runs FOR INSERT TO pilot_app WITH CHECK (false);
CREATE POLICY app_update ON pilot.baseline_runs FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.baseline_runs FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.baseline_runs TO pilot_app;

ALTER TABLE pilot.baseline_metrics ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_select ON pilot.baseline_metrics FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_insert ON pilot.baseline_metrics FOR INSERT TO pilot_owner WITH CHECK (true);
CREATE POLICY app_select ON pilot.baseline_metrics FOR SELECT TO pilot_app
  USING (org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]) OR (SELECT pilot.reads_everything()));
CREATE POLICY app_insert ON pilot.baseline_metrics FOR INSERT TO pilot_app WITH CHECK (false);
CREATE POLICY app_update ON pilot.baseline_metrics FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.baseline_metrics FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.baseline_metrics TO pilot_app;

CREATE POLICY owner_select ON pilot.pilot_contact_attempt_events FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_select ON pilot.pilot_connection_events FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_select ON pilot.pilot_referral_events FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_select ON pilot.service_operational_status_events FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_select ON pilot.pilot_data_decay_audits FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_select ON pilot.pilot_preference_fit_events FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_select ON pilot.pilot_service_scope FOR SELECT TO pilot_owner USING (true);
