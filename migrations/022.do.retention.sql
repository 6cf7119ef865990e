-- Retention: what is kept for how long is policy (src/capabilities/retention), and "retention apply" is the only thing that
-- deletes. It runs as pilot_owner, whom FORCE binds: a row that no policy shows it is neither planned nor deleted, without a
-- word. So there is one policy for reading and one for deleting on every table that the policy gives a window. The service
-- itself still deletes nothing. What is left of a deletion is a record of counts, never of contents.

CREATE TABLE pilot.retention_runs (
  id uuid PRIMARY KEY,
  -- The moment up to which rows were due.
  as_of timestamptz(3) NOT NULL,
  applied_at timestamptz(3) NOT NULL DEFAULT now(),
  -- SHA-256 of the keys of what went, in hexadecimal digits.
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  -- {table: {reason: rows}}
  counts jsonb NOT NULL CHECK (
    jsonb_typeof(counts) = 'object'
    AND NOT counts @? 'strict $.* ? (@.type() != "object")'
    AND NOT counts @? 'strict $.*.* ? (@.type() != "number")'
    AND NOT counts @? 'strict $.keyvalue() ? (!(@.key like_regex "^[a-z0-9_]{1,63}$"))'
    AND NOT counts @? 'strict $.*.keyvalue() ? (!(@.key like_regex "^[a-z0-9_]{1,63}$"))'
  ),
  service_version text NOT NULL,
  CHECK (as_of <= applied_at)
);

-- Whether a connection still needs its anchor is asked once for every anchor that goes.
CREATE INDEX pilot_connection_events_contact_attempt
  ON pilot.pilot_connection_events (org_id, contact_attempt_event_id) WHERE contact_attempt_event_id IS NOT NULL;
CREATE INDEX pilot_connection_events_referral
  ON pilot.pilot_connection_events (org_id, referral_event_id) WHERE referral_event_id IS NOT NULL;

ALTER TABLE pilot.retention_runs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_select ON pilot.retention_runs FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_insert ON pilot.retention_runs FOR INSERT TO pilot_owner WITH CHECK (true);
CREATE POLICY app_select ON pilot.retention_runs FOR SELECT TO pilot_app USING (false);
CREATE POLICY app_insert ON pilot.retention_runs FOR INSERT TO pilot_app WITH CHECK (false);
CREATE POLICY app_update ON pilot.retention_runs FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.retention_runs FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.retention_runs TO pilot_app;

-- Events and the scope, most of which pilot_owner may read already.
CREATE POLICY owner_delete ON pilot.pilot_connection_events FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.pilot_contact_attempt_events FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.pilot_referral_event_history FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.pilot_referral_events FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.service_operational_status_events FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.pilot_data_decay_audits FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.pilot_preference_fit_events FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.pilot_service_scope_history FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.pilot_service_scope FOR DELETE TO pilot_owner USING (true);

CREATE POLICY owner_select ON pilot.pilot_referral_event_history FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_select ON pilot.pilot_service_scope_history FOR SELECT TO pilot_owner USING (true);

CREATE POLICY owner_select ON pilot.pilot_metric_snapshots FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.pilot_metric_snapshots FOR DELETE TO pilot_owner USING (true);

CREATE POLICY owner_select ON pilot.pilot_integration_feasibility_decisions FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.pilot_integration_feasibility_decisions FOR DELETE TO pilot_owner USING (true);

-- Governance records: a pair for each kind.
CREATE POLICY owner_select ON pilot.gate_0_approvals FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.gate_0_approvals FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_select ON pilot.gate_0_threat_findings FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.gate_0_threat_findings FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_select ON pilot.gate_0_claims FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.gate_0_claims FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_select ON pilot.gate_0_partners FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.gate_0_partners FOR DELETE TO pilot_owner USING (true);
CREATE POLICY owner_select ON pilot.integration_controls FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.integration_controls FOR DELETE TO pilot_owner USING (true);
