-- No decision upgrades itself: while any earlier one was conditional or blocked, a go needs a checklist version that none
-- of those used. A version that differs only in the case of its letters is the same one, typed again.
SELECT EXISTS (
  SELECT FROM pilot.pilot_integration_feasibility_decisions
  WHERE decision IN ('conditional', 'blocked') AND lower(redline_checklist_version) = lower($1::text)
) AS in_the_way
