-- Every cycle, the one that starts last first.
SELECT id::text AS pilot_cycle_id, starts_on::text, ends_on::text
FROM pilot.pilot_cycles
ORDER BY pilot_cycles.starts_on DESC NULLS LAST, id
