-- No decision upgrades itself: while any earlier one was conditional or blocked, a go needs a checklist version that none
-- of those used.
SELECT EXISTS (
  SELECT FROM pilot.pilot_integration_feasibility_decisions
  WHERE decision IN ('conditional', 'blocked') AND redline_checklist_version = $1::text
) AS in_the_way
