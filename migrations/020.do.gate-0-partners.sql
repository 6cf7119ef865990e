-- Partners of a cycle, for Gate 0: their number has to be within the approved range. Every change is a row of its own, as for the
-- approvals. A frontline partner records events here, so it is one of the organisations here; a provider is a name. The list
-- belongs to the whole pilot: whoever takes part may see who else does.
CREATE TABLE pilot.gate_0_partners (
  id pilot.identifier NOT NULL,
  revision integer NOT NULL CHECK (revision >= 1),
  pilot_cycle_id pilot.identifier NOT NULL REFERENCES pilot.pilot_cycles,
  role text NOT NULL CHECK (role IN ('provider', 'frontline')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  status text NOT NULL CHECK (status IN ('candidate', 'confirmed', 'withdrawn')),
  org_id uuid REFERENCES pilot.organizations,
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  recorded_by uuid NOT NULL DEFAULT pilot.current_user_id(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (id, revision),
  CHECK ((role = 'frontline') = (org_id IS NOT NULL))
);

ALTER TABLE pilot.gate_0_partners ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.gate_0_partners FOR SELECT TO pilot_app USING ((SELECT pilot.is_participant()));
CREATE POLICY app_insert ON pilot.gate_0_partners FOR INSERT TO pilot_app WITH CHECK ((SELECT pilot.is_app_admin()));
CREATE POLICY app_update ON pilot.gate_0_partners FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.gate_0_partners FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.gate_0_partners TO pilot_app;
GRANT INSERT (id, revision, pilot_cycle_id, role, name, status, org_id) ON pilot.gate_0_partners TO pilot_app;
