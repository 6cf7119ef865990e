-- The services in scope with the latest check of each at or before as_of, the most urgent first. A service is within its limit
-- exactly when M4 counts it.
--
-- Parameters: $1 pilot_cycle_id, $2 org_id (NULL is all of them), $3 as_of.
WITH checked AS (
  SELECT
    scope.org_id,
    scope.service_id,
    service.name AS service_name,
    scope.sla_tier,
    latest.checked_at,
    latest.status_code,
    CASE scope.sla_tier
      WHEN 'crisis' THEN interval '24 hours'
      WHEN 'high_demand' THEN interval '48 hours'
      WHEN 'standard' THEN interval '168 hours'
    END AS time_limit
  FROM pilot.pilot_service_scope AS scope
  JOIN pilot.services AS service ON service.id = scope.service_id
  LEFT JOIN LATERAL (
    SELECT status.checked_at, status.status_code
    FROM pilot.service_operational_status_events AS status
    WHERE status.org_id = scope.org_id
      AND status.pilot_cycle_id = scope.pilot_cycle_id
      AND status.service_id = scope.service_id
      AND status.checked_at <= $3::timestamptz
    ORDER BY status.checked_at DESC, status.recorded_at DESC, status.id DESC
    LIMIT 1
  ) AS latest ON true
  WHERE scope.pilot_cycle_id = $1::text AND ($2::uuid IS NULL OR scope.org_id = $2)
),
judged AS (
  SELECT
    *,
    checked_at + time_limit AS due_at,
    CASE
      WHEN checked_at IS NULL THEN 'never_checked'
      WHEN checked_at + time_limit < $3::timestamptz THEN 'overdue'
      ELSE 'within_limit'
    END AS state
  FROM checked
)
SELECT
  org_id,
  service_id::text,
  service_name,
  sla_tier,
  checked_at AS last_checked_at,
  status_code AS last_status_code,
  extract(epoch FROM time_limit)::integer AS limit_seconds,
  due_at,
  state,
  CASE WHEN state = 'overdue' THEN floor(extract(epoch FROM $3::timestamptz - due_at))::bigint END AS overdue_seconds
FROM judged
ORDER BY
  state = 'within_limit',
  CASE WHEN state <> 'within_limit' THEN array_position(ARRAY['crisis', 'high_demand', 'standard'], sla_tier) END,
  due_at NULLS FIRST,
  service_name,
  service_id,
  org_id
