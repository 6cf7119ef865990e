SELECT
  recorded_at,
  (pilot_cycle_id, cohort_label, preferred_via_careconnect, preference_recorded_at)
  IS NOT DISTINCT FROM
  ($3::text, $4::text, $5::boolean, $6::timestamptz) AS same_content
FROM pilot.pilot_preference_fit_events
WHERE org_id = $1 AND id = $2
