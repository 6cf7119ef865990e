-- When the days $3 and $4 begin where the organisation $1 is, and whether it and the cycle $2 are registered.
SELECT
  asked.time_zone,
  EXISTS (SELECT FROM pilot.pilot_cycles WHERE id = $2::text) AS has_cycle,
  $3::date::timestamp AT TIME ZONE asked.time_zone AS window_start,
  $4::date::timestamp AT TIME ZONE asked.time_zone AS window_end
FROM (SELECT (SELECT time_zone FROM pilot.organizations WHERE id = $1)) AS asked (time_zone)
