-- Whether the cycle and the service are registered. A NULL service is one that is not asked about.
SELECT
  EXISTS (SELECT FROM pilot.pilot_cycles WHERE id = $1) AS cycle_registered,
  $2::text IS NULL OR EXISTS (SELECT FROM pilot.services WHERE id = $2) AS service_registered
