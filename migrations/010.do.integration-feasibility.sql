-- Integration feasibility decisions: go, conditional or blocked. They belong to the whole pilot, are written by app admins
-- and are never changed; the latest by arrival governs.

CREATE FUNCTION pilot.all_texts_have_length(texts text[], shortest integer, longest integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(bool_and(text IS NOT NULL AND length(text) BETWEEN shortest AND longest), true) FROM unnest(texts) AS text
$$;

CREATE FUNCTION pilot.all_different(texts text[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT count(*) = count(DISTINCT text) FROM unnest(texts) AS text
$$;

CREATE TABLE pilot.pilot_integration_feasibility_decisions (
  id uuid PRIMARY KEY,
  decision text NOT NULL CHECK (decision IN ('go', 'conditional', 'blocked')),
  decision_date date NOT NULL CHECK (decision_date >= '2000-01-01'),
  redline_checklist_version pilot.identifier NOT NULL CHECK (length(redline_checklist_version) <= 50),
  violations text[] NOT NULL CHECK (
    pilot.all_different(violations) AND violations <@ ARRAY[
      'raw_query_text_required', 'forced_user_identifying_telemetry', 'reidentification_capability_required',
      'retention_policy_conflict', 'auditability_gap'
    ]
  ),
  compensating_controls text[] NOT NULL CHECK (
    cardinality(compensating_controls) <= 20 AND pilot.all_texts_have_length(compensating_controls, 1, 500)
  ),
  owners text[] NOT NULL CHECK (cardinality(owners) BETWEEN 1 AND 20 AND pilot.all_texts_have_length(owners, 1, 120)),
  -- The order of arrival, which decides what governs: transactions that decide are serialised by a lock.
  arrival bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  service_version text NOT NULL DEFAULT pilot.writing_service_version(),
  CHECK (decision <> 'go' OR cardinality(violations) = 0),
  CHECK (decision <> 'conditional' OR cardinality(compensating_controls) >= 1)
);

ALTER TABLE pilot.pilot_integration_feasibility_decisions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY app_select ON pilot.pilot_integration_feasibility_decisions FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_participant()));
CREATE POLICY app_insert ON pilot.pilot_integration_feasibility_decisions FOR INSERT TO pilot_app
  WITH CHECK ((SELECT pilot.is_app_admin()));
CREATE POLICY app_update ON pilot.pilot_integration_feasibility_decisions FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.pilot_integration_feasibility_decisions FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_integration_feasibility_decisions TO pilot_app;
GRANT INSERT (id, decision, decision_date, redline_checklist_version, violations, compensating_controls, owners)
  ON pilot.pilot_integration_feasibility_decisions TO pilot_app;
