SELECT id FROM pilot.pilot_cycles ORDER BY id COLLATE "C"
