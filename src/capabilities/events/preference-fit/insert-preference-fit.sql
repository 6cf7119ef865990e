INSERT INTO pilot.pilot_preference_fit_events (
  org_id, id, pilot_cycle_id, cohort_label, preferred_via_careconnect, preference_recorded_at
)
SELECT
  org_id, id, pilot_cycle_id, cohort_label, preferred_via_careconnect, preference_recorded_at
FROM json_populate_recordset(NULL::pilot.pilot_preference_fit_events, $1)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING org_id, id, recorded_at
