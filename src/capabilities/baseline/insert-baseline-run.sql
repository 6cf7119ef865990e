INSERT INTO pilot.baseline_runs (
  org_id, id, pilot_cycle_id, start_date, end_date, time_zone, window_start, window_end, calculated_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
