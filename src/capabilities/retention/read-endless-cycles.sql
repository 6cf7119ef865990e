-- Cycles without a last day, whose rows never become due.
SELECT id::text FROM pilot.pilot_cycles WHERE ends_on IS NULL ORDER BY id COLLATE "C"
