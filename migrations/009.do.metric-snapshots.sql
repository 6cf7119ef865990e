-- Metric snapshots: what a recompute found, never changed afterwards.
--
-- The nine rows of one recompute share recompute_id and calculated_at. A window bound that is NULL is open.

CREATE TABLE pilot.pilot_metric_snapshots (
  org_id uuid NOT NULL REFERENCES pilot.organizations,
  id uuid NOT NULL,
  recompute_id uuid NOT NULL,
  pilot_cycle_id pilot.identifier NOT NULL REFERENCES pilot.pilot_cycles,
  metric_id text NOT NULL CHECK (metric_id IN ('M1', 'M2_P50', 'M2_P75', 'M2_P90', 'M3', 'M4', 'M5', 'M6', 'M7')),
  window_start pilot.event_time,
  window_end pilot.event_time,
  calculated_at timestamptz(3) NOT NULL,
  value numeric,
  unit text NOT NULL CHECK (unit IN ('ratio', 'seconds')),
  numerator bigint CHECK (numerator >= 0),
  denominator bigint NOT NULL CHECK (denominator >= 0),
  note text CHECK (note IN ('no_qualifying_events')),
  quality text NOT NULL CHECK (quality IN ('ok', 'below_minimum', 'no_data')),
  data_quality jsonb NOT NULL,
  query_id text NOT NULL,
  query_version integer NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, recompute_id, metric_id),
  CHECK (window_start < window_end),
  CHECK ((denominator = 0) = (value IS NULL)),
  CHECK ((value IS NULL) = (note IS NOT NULL)),
  CHECK ((unit = 'seconds') = (metric_id LIKE 'M2%')),
  CHECK (unit = 'seconds' OR numerator <= denominator)
);
-- The scorecard asks for the latest snapshots of exactly one window; coalesce makes open bounds comparable.
CREATE INDEX pilot_metric_snapshots_latest ON pilot.pilot_metric_snapshots (
  org_id, pilot_cycle_id, coalesce(window_start, '-infinity'), coalesce(window_end, 'infinity'), metric_id,
  calculated_at DESC, recompute_id DESC
);

ALTER TABLE pilot.pilot_metric_snapshots ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.pilot_metric_snapshots FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]));
CREATE POLICY app_insert ON pilot.pilot_metric_snapshots FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_update ON pilot.pilot_metric_snapshots FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.pilot_metric_snapshots FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_metric_snapshots TO pilot_app;
GRANT INSERT (org_id, id, recompute_id, pilot_cycle_id, metric_id, window_start, window_end, calculated_at, value, unit,
              numerator, denominator, note, quality, data_quality, query_id, query_version)
  ON pilot.pilot_metric_snapshots TO pilot_app;
