-- Gate 1 (spec 3): how the measured figures compare with the baselines and the fixed thresholds, exactly, in numeric.
--
-- Parameters: $1 baseline of M1, $2 baseline of the M2 median, then the measured $3 M1, $4 M2_P50, $5 M4, $6 M3, $7 M6.
WITH checks (position, metric_id, measured, baseline, threshold, at_most) AS (
  VALUES
    (1, 'M1', $3::numeric, $1::numeric, $1::numeric * 0.70, true),
    (2, 'M2_P50', $4::numeric, $2::numeric, $2::numeric * 0.75, true),
    (3, 'M4', $5::numeric, NULL, 0.70, false),
    (4, 'M3', $6::numeric, NULL, 0.50, false),
    (5, 'M6', $7::numeric, NULL, 0.10, true)
),
reasons AS (
  SELECT
    *,
    CASE
      WHEN measured IS NULL THEN 'not_measured'
      WHEN baseline = 0 THEN 'baseline_is_zero'
      WHEN at_most AND measured > threshold THEN 'above_threshold'
      WHEN NOT at_most AND measured < threshold THEN 'below_threshold'
    END AS reason
  FROM checks
)
SELECT metric_id, measured, baseline, threshold, reason IS NULL AS pass, reason
FROM reasons
ORDER BY position
