-- Which of these cycles and services are registered.
SELECT
  ARRAY(SELECT id::text FROM pilot.pilot_cycles WHERE id = ANY ($1::text[])) AS cycles,
  ARRAY(SELECT id::text FROM pilot.services WHERE id = ANY ($2::text[])) AS services
