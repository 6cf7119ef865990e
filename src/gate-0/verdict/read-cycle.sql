SELECT id, starts_on::text, ends_on::text FROM pilot.pilot_cycles WHERE id = $1
