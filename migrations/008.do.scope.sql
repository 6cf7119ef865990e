-- The scope: which services an organisation follows in a cycle, and how fresh their checks must be. Feeds M4.
--
-- An entry's tier may change; earlier tiers stay in an append-only history.

CREATE TABLE pilot.pilot_service_scope (
  org_id uuid NOT NULL REFERENCES pilot.organizations,
  id uuid NOT NULL,
  pilot_cycle_id pilot.identifier NOT NULL REFERENCES pilot.pilot_cycles,
  service_id pilot.identifier NOT NULL REFERENCES pilot.services,
  sla_tier text NOT NULL CHECK (sla_tier IN ('crisis', 'high_demand', 'standard')),
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (org_id, id),
  UNIQUE (org_id, pilot_cycle_id, service_id)
);

CREATE TABLE pilot.pilot_service_scope_history (
  org_id uuid NOT NULL,
  id uuid NOT NULL,
  scope_id uuid NOT NULL,
  sla_tier text NOT NULL CHECK (sla_tier IN ('crisis', 'high_demand', 'standard')),
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, scope_id) REFERENCES pilot.pilot_service_scope (org_id, id)
);
CREATE INDEX pilot_service_scope_history_entry
  ON pilot.pilot_service_scope_history (org_id, scope_id, recorded_at);

ALTER TABLE pilot.pilot_service_scope ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.pilot_service_scope FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]));
CREATE POLICY app_insert ON pilot.pilot_service_scope FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_update ON pilot.pilot_service_scope FOR UPDATE TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]))
  WITH CHECK ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_delete ON pilot.pilot_service_scope FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_service_scope TO pilot_app;
GRANT INSERT (org_id, id, pilot_cycle_id, service_id, sla_tier)
  ON pilot.pilot_service_scope TO pilot_app;
GRANT UPDATE (sla_tier) ON pilot.pilot_service_scope TO pilot_app;

ALTER TABLE pilot.pilot_service_scope_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.pilot_service_scope_history FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.member_org_ids())::uuid[]));
CREATE POLICY app_insert ON pilot.pilot_service_scope_history FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.is_app_admin()) OR org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]));
CREATE POLICY app_update ON pilot.pilot_service_scope_history FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.pilot_service_scope_history FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_service_scope_history TO pilot_app;
GRANT INSERT (org_id, id, scope_id, sla_tier)
  ON pilot.pilot_service_scope_history TO pilot_app;
