INSERT INTO pilot.pilot_preference_fit_events (
  org_id, id, pilot_cycle_id, cohort_label, preferred_via_careconnect, preference_recorded_at
)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING recorded_at
