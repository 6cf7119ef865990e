-- The controls of the integration: C1 (legal review of partner terms), C2 (retention mapped and approved), C3 (the activation
-- guard) and others. They belong to the whole pilot. Every change is a row of its own, a revision; nothing is ever changed or
-- deleted by the service, so that the state at any past moment of arrival can be read. Written by app admins, read by all who
-- take part.
CREATE TABLE pilot.integration_controls (
  -- In capitals, so that a control typed in small letters is not another one.
  id pilot.identifier NOT NULL CHECK (length(id) <= 20 AND id = upper(id)),
  revision integer NOT NULL CHECK (revision >= 1),
  owner text NOT NULL CHECK (length(owner) BETWEEN 1 AND 120),
  due_date date NOT NULL CHECK (due_date >= '2000-01-01'),
  status text NOT NULL CHECK (status IN ('pending', 'complete')),
  evidence_reference text CHECK (length(evidence_reference) BETWEEN 1 AND 300),
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  recorded_by uuid NOT NULL DEFAULT pilot.current_user_id(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (id, revision),
  CHECK ((status = 'complete') = (evidence_reference IS NOT NULL))
);

ALTER TABLE pilot.integration_controls ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.integration_controls FOR SELECT TO pilot_app USING ((SELECT pilot.is_participant()));
CREATE POLICY app_insert ON pilot.integration_controls FOR INSERT TO pilot_app WITH CHECK ((SELECT pilot.is_app_admin()));
CREATE POLICY app_update ON pilot.integration_controls FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.integration_controls FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.integration_controls TO pilot_app;
GRANT INSERT (id, revision, owner, due_date, status, evidence_reference) ON pilot.integration_controls TO pilot_app;
