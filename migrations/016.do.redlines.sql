-- A decision says what was found of each of the five redlines, a blocked one what happens instead, and all of them who decided.
-- Decisions of before, and those that are still sent without redlines, have looked at none: all five are unknown, and the rules
-- below ask nothing of them. A contingency goes with blocked alone.
ALTER TABLE pilot.pilot_integration_feasibility_decisions
  ADD COLUMN no_raw_query_text text NOT NULL DEFAULT 'unknown'
    CHECK (no_raw_query_text IN ('pass', 'fail', 'unknown')),
  ADD COLUMN no_forced_user_identifying_telemetry text NOT NULL DEFAULT 'unknown'
    CHECK (no_forced_user_identifying_telemetry IN ('pass', 'fail', 'unknown')),
  ADD COLUMN no_reidentification_capability text NOT NULL DEFAULT 'unknown'
    CHECK (no_reidentification_capability IN ('pass', 'fail', 'unknown')),
  ADD COLUMN no_retention_conflict text NOT NULL DEFAULT 'unknown'
    CHECK (no_retention_conflict IN ('pass', 'fail', 'unknown')),
  ADD COLUMN auditable_consent_and_privacy text NOT NULL DEFAULT 'unknown'
    CHECK (auditable_consent_and_privacy IN ('pass', 'fail', 'unknown')),
  ADD COLUMN contingency_kind text CHECK (contingency_kind IN ('narrow_scope', 'responsible_deprecation')),
  ADD COLUMN contingency_trigger text CHECK (length(contingency_trigger) BETWEEN 1 AND 500),
  ADD COLUMN contingency_owner text CHECK (length(contingency_owner) BETWEEN 1 AND 120),
  -- Nobody knows it of the decisions of before.
  ADD COLUMN recorded_by uuid,
  ADD CHECK (num_nulls(contingency_kind, contingency_trigger, contingency_owner) IN (0, 3)),
  ADD CHECK (contingency_kind IS NULL OR decision = 'blocked');

ALTER TABLE pilot.pilot_integration_feasibility_decisions
  ALTER COLUMN recorded_by SET DEFAULT pilot.current_user_id(),
  -- Decisions wait for each other. With the moment at which its turn came, the latest by arrival is also the latest by time,
  -- and what governed at a past moment can be read.
  ALTER COLUMN recorded_at SET DEFAULT clock_timestamp();

-- What the API asks of decisions with redlines.
ALTER TABLE pilot.pilot_integration_feasibility_decisions ADD CHECK (
  'unknown' = ALL (ARRAY[
    no_raw_query_text, no_forced_user_identifying_telemetry, no_reidentification_capability, no_retention_conflict,
    auditable_consent_and_privacy
  ])
  OR (
    violations <@ ARRAY[
      CASE WHEN no_raw_query_text = 'fail' THEN 'raw_query_text_required' END,
      CASE WHEN no_forced_user_identifying_telemetry = 'fail' THEN 'forced_user_identifying_telemetry' END,
      CASE WHEN no_reidentification_capability = 'fail' THEN 'reidentification_capability_required' END,
      CASE WHEN no_retention_conflict = 'fail' THEN 'retention_policy_conflict' END,
      CASE WHEN auditable_consent_and_privacy = 'fail' THEN 'auditability_gap' END
    ]
    AND CASE decision
      WHEN 'go' THEN 'pass' = ALL (ARRAY[
        no_raw_query_text, no_forced_user_identifying_telemetry, no_reidentification_capability, no_retention_conflict,
        auditable_consent_and_privacy
      ])
      WHEN 'blocked' THEN contingency_kind IS NOT NULL
      ELSE true
    END
  )
);

GRANT INSERT (
  no_raw_query_text, no_forced_user_identifying_telemetry, no_reidentification_capability, no_retention_conflict,
  auditable_consent_and_privacy, contingency_kind, contingency_trigger, contingency_owner
) ON pilot.pilot_integration_feasibility_decisions TO pilot_app;
