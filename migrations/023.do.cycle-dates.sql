-- The dates of a cycle can be corrected, by a command as pilot_owner: retention counts from the last day, and Gate 0 from the
-- first. A wrong year would delete too early or never, and FORCE would let an UPDATE without a policy find no rows, silently.
CREATE POLICY owner_update ON pilot.pilot_cycles FOR UPDATE TO pilot_owner USING (true);
