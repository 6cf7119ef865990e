-- Findings of the threat model, for Gate 0: none that is critical may stay unresolved. Every change is a row of its own, as for
-- the approvals. What a finding is about stays in the threat report; here it goes by its id.
CREATE TABLE pilot.gate_0_threat_findings (
  id pilot.identifier NOT NULL,
  revision integer NOT NULL CHECK (revision >= 1),
  severity text NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
  likelihood text NOT NULL CHECK (likelihood IN ('high', 'medium', 'low')),
  status text NOT NULL CHECK (status IN ('open', 'mitigating', 'resolved')),
  mitigation text CHECK (length(mitigation) BETWEEN 1 AND 500),
  owner text CHECK (length(owner) BETWEEN 1 AND 120),
  due_date date CHECK (due_date >= '2000-01-01'),
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  recorded_by uuid NOT NULL DEFAULT pilot.current_user_id(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (id, revision)
);

ALTER TABLE pilot.gate_0_threat_findings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.gate_0_threat_findings FOR SELECT TO pilot_app USING ((SELECT pilot.is_participant()));
CREATE POLICY app_insert ON pilot.gate_0_threat_findings FOR INSERT TO pilot_app WITH CHECK ((SELECT pilot.is_app_admin()));
CREATE POLICY app_update ON pilot.gate_0_threat_findings FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.gate_0_threat_findings FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.gate_0_threat_findings TO pilot_app;
GRANT INSERT (id, revision, severity, likelihood, status, mitigation, owner, due_date)
  ON pilot.gate_0_threat_findings TO pilot_app;
