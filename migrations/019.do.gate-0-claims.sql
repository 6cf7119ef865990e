-- Claims that the pilot relies on, for Gate 0: what came from outside has to be validated or rejected. Every change is a row of
-- its own, as for the approvals. What is claimed stays in the claim log; here it goes by its id.
CREATE TABLE pilot.gate_0_claims (
  id pilot.identifier NOT NULL,
  revision integer NOT NULL CHECK (revision >= 1),
  source_kind text NOT NULL CHECK (source_kind IN ('external_agent', 'external_partner', 'public_record', 'internal')),
  status text NOT NULL CHECK (status IN ('open', 'investigate', 'validated', 'rejected')),
  evidence_reference text CHECK (length(evidence_reference) BETWEEN 1 AND 300),
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  recorded_by uuid NOT NULL DEFAULT pilot.current_user_id(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (id, revision),
  CHECK (status <> 'validated' OR evidence_reference IS NOT NULL)
);

ALTER TABLE pilot.gate_0_claims ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.gate_0_claims FOR SELECT TO pilot_app USING ((SELECT pilot.is_participant()));
CREATE POLICY app_insert ON pilot.gate_0_claims FOR INSERT TO pilot_app WITH CHECK ((SELECT pilot.is_app_admin()));
CREATE POLICY app_update ON pilot.gate_0_claims FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.gate_0_claims FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.gate_0_claims TO pilot_app;
GRANT INSERT (id, revision, source_kind, status, evidence_reference) ON pilot.gate_0_claims TO pilot_app;
