-- Figures over a whole cycle: what a recompute over all organisations found, never changed afterwards.
--
-- They cannot be put together from the organisations' snapshots, because percentiles cannot be added, so they are computed from
-- the events and kept by themselves. The table is one of its own, not the organisations' with an empty organisation: there the
-- organisation leads every key and decides in every policy who sees a row. Nobody but app admins reads or writes here. The
-- evaluator does not either, for Gate 0 asks for no figure of the pilot.

CREATE TABLE pilot.pilot_cycle_metric_snapshots (
  id uuid PRIMARY KEY,
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
  UNIQUE (recompute_id, metric_id),
  CHECK (window_start < window_end),
  CHECK ((denominator = 0) = (value IS NULL)),
  CHECK ((value IS NULL) = (note IS NOT NULL)),
  CHECK ((unit = 'seconds') = (metric_id LIKE 'M2%')),
  CHECK (unit = 'seconds' OR numerator <= denominator)
);

-- The latest snapshots of one window, and its history: as for the organisations' snapshots (012).
CREATE INDEX pilot_cycle_metric_snapshots_of_window ON pilot.pilot_cycle_metric_snapshots (
  pilot_cycle_id,
  (CASE WHEN window_start IS NULL THEN '-infinity' ELSE window_start END),
  (CASE WHEN window_end IS NULL THEN 'infinity' ELSE window_end END),
  metric_id,
  calculated_at DESC,
  recompute_id DESC
);

-- The history of a metric over whatever windows, and, from the index alone, which windows were computed: every recompute has
-- one M1.
CREATE INDEX pilot_cycle_metric_snapshots_history ON pilot.pilot_cycle_metric_snapshots (
  pilot_cycle_id, metric_id, calculated_at DESC, recompute_id DESC
) INCLUDE (window_start, window_end);
CREATE INDEX pilot_metric_snapshots_history ON pilot.pilot_metric_snapshots (
  org_id, pilot_cycle_id, metric_id, calculated_at DESC, recompute_id DESC
) INCLUDE (window_start, window_end);

ALTER TABLE pilot.pilot_cycle_metric_snapshots ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_select ON pilot.pilot_cycle_metric_snapshots FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.pilot_cycle_metric_snapshots FOR DELETE TO pilot_owner USING (true);
CREATE POLICY app_select ON pilot.pilot_cycle_metric_snapshots FOR SELECT TO pilot_app USING ((SELECT pilot.is_app_admin()));
CREATE POLICY app_insert ON pilot.pilot_cycle_metric_snapshots FOR INSERT TO pilot_app WITH CHECK ((SELECT pilot.is_app_admin()));
CREATE POLICY app_update ON pilot.pilot_cycle_metric_snapshots FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.pilot_cycle_metric_snapshots FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_cycle_metric_snapshots TO pilot_app;
GRANT INSERT (id, recompute_id, pilot_cycle_id, metric_id, window_start, window_end, calculated_at, value, unit,
              numerator, denominator, note, quality, data_quality, query_id, query_version)
  ON pilot.pilot_cycle_metric_snapshots TO pilot_app;
