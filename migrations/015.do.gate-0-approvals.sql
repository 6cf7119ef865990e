-- Approvals D1 to D7 of Gate 0. Every change is a row of its own, a revision; nothing is ever changed or deleted by the
-- service, so that the state at any past moment of arrival can be read. Written by app admins, read by all who take part.
CREATE TABLE pilot.gate_0_approvals (
  id pilot.identifier NOT NULL CHECK (id IN ('D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7')),
  revision integer NOT NULL CHECK (revision >= 1),
  choice text NOT NULL CHECK (length(choice) BETWEEN 1 AND 500),
  owner text NOT NULL CHECK (length(owner) BETWEEN 1 AND 120),
  decision_date date NOT NULL CHECK (decision_date >= '2000-01-01'),
  status text NOT NULL CHECK (status IN ('open', 'locked')),
  -- Why a locked approval was opened again.
  unlock_reason_code text CHECK (
    unlock_reason_code IN ('new_evidence', 'scope_changed', 'owner_changed', 'constraint_changed', 'recorded_in_error')
  ),
  -- How many partners D4 approves; the defaults of the pilot hold where it does not say.
  providers_min integer CHECK (providers_min BETWEEN 0 AND 1000),
  providers_max integer CHECK (providers_max BETWEEN 0 AND 1000),
  frontline_min integer CHECK (frontline_min BETWEEN 0 AND 1000),
  frontline_max integer CHECK (frontline_max BETWEEN 0 AND 1000),
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  recorded_by uuid NOT NULL DEFAULT pilot.current_user_id(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  PRIMARY KEY (id, revision),
  CHECK (unlock_reason_code IS NULL OR status = 'open'),
  CHECK (num_nulls(providers_min, providers_max, frontline_min, frontline_max) IN (0, 4)),
  CHECK (id = 'D4' OR providers_min IS NULL),
  CHECK (providers_min <= providers_max AND frontline_min <= frontline_max)
);

ALTER TABLE pilot.gate_0_approvals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.gate_0_approvals FOR SELECT TO pilot_app USING ((SELECT pilot.is_participant()));
CREATE POLICY app_insert ON pilot.gate_0_approvals FOR INSERT TO pilot_app WITH CHECK ((SELECT pilot.is_app_admin()));
CREATE POLICY app_update ON pilot.gate_0_approvals FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.gate_0_approvals FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.gate_0_approvals TO pilot_app;
GRANT INSERT (
  id, revision, choice, owner, decision_date, status, unlock_reason_code,
  providers_min, providers_max, frontline_min, frontline_max
) ON pilot.gate_0_approvals TO pilot_app;
