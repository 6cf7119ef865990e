INSERT INTO pilot.pilot_metric_snapshots (
  org_id, id, recompute_id, pilot_cycle_id, metric_id, window_start, window_end, calculated_at,
  value, unit, numerator, denominator, note, quality, data_quality, query_id, query_version
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
RETURNING id
