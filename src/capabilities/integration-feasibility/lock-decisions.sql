-- Decisions are made one after the other: the rule against upgrades looks at all earlier ones.
SELECT pg_advisory_xact_lock(hashtext('pilot.pilot_integration_feasibility_decisions')) IS NULL AS locked
