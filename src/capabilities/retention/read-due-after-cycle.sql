-- What is due in one table because its cycle ended long enough ago. $1: the moment; $2: the window; $3: the table.
--
-- A cycle ends with its last day, in UTC; one without a last day does not end. What stays whatever its age is what a stored
-- baseline was computed from: the events inside of its window, the anchors of its connections wherever they lie, and for
-- M4, which looks back from the end of the window, every check up to it and the scope. History goes with what it is the
-- history of.
WITH ended AS (
  SELECT id
  FROM pilot.pilot_cycles
  WHERE ((ends_on + $2::interval)::date + 1)::timestamp AT TIME ZONE 'UTC' <= $1::timestamptz
),
connections AS (
  SELECT
    ctid AS place,
    org_id,
    id,
    contact_attempt_event_id,
    referral_event_id,
    pilot_cycle_id IN (SELECT ended.id FROM ended) AND NOT EXISTS (
      SELECT FROM pilot.baseline_runs AS baseline
      WHERE baseline.org_id = event.org_id
        AND baseline.pilot_cycle_id = event.pilot_cycle_id
        AND event.connected_at >= baseline.window_start
        AND event.connected_at < baseline.window_end
    ) AS is_due
  FROM pilot.pilot_connection_events AS event
),
referrals AS (
  SELECT ctid AS place, source_org_id, id
  FROM pilot.pilot_referral_events AS event
  WHERE pilot_cycle_id IN (SELECT ended.id FROM ended)
    AND NOT EXISTS (
      SELECT FROM pilot.baseline_runs AS baseline
      WHERE baseline.org_id = event.source_org_id
        AND baseline.pilot_cycle_id = event.pilot_cycle_id
        AND event.created_at >= baseline.window_start
        AND event.created_at < baseline.window_end
    )
    AND NOT EXISTS (
      SELECT FROM connections AS kept
      WHERE NOT kept.is_due AND kept.org_id = event.source_org_id AND kept.referral_event_id = event.id
    )
),
scope AS (
  SELECT ctid AS place, org_id, id
  FROM pilot.pilot_service_scope AS entry
  WHERE pilot_cycle_id IN (SELECT ended.id FROM ended)
    AND NOT EXISTS (
      SELECT FROM pilot.baseline_runs AS baseline
      WHERE baseline.org_id = entry.org_id AND baseline.pilot_cycle_id = entry.pilot_cycle_id
    )
),
due (place, key) AS (
  SELECT place, concat_ws('/', org_id, id)
  FROM connections
  WHERE $3 = 'pilot_connection_events' AND is_due
  UNION ALL
  SELECT ctid, concat_ws('/', recorded_by_org_id, id)
  FROM pilot.pilot_contact_attempt_events AS event
  WHERE $3 = 'pilot_contact_attempt_events'
    AND pilot_cycle_id IN (SELECT ended.id FROM ended)
    AND NOT EXISTS (
      SELECT FROM pilot.baseline_runs AS baseline
      WHERE baseline.org_id = event.recorded_by_org_id
        AND baseline.pilot_cycle_id = event.pilot_cycle_id
        AND event.attempted_at >= baseline.window_start
        AND event.attempted_at < baseline.window_end
    )
    AND NOT EXISTS (
      SELECT FROM connections AS kept
      WHERE NOT kept.is_due AND kept.org_id = event.recorded_by_org_id AND kept.contact_attempt_event_id = event.id
    )
  UNION ALL
  SELECT history.ctid, concat_ws('/', history.source_org_id, referral_id, extract(epoch FROM updated_at))
  FROM pilot.pilot_referral_event_history AS history
  JOIN referrals ON referrals.source_org_id = history.source_org_id AND referrals.id = history.referral_id
  WHERE $3 = 'pilot_referral_event_history'
  UNION ALL
  SELECT place, concat_ws('/', source_org_id, id)
  FROM referrals
  WHERE $3 = 'pilot_referral_events'
  UNION ALL
  SELECT ctid, concat_ws('/', org_id, id)
  FROM pilot.service_operational_status_events AS event
  WHERE $3 = 'service_operational_status_events'
    AND pilot_cycle_id IN (SELECT ended.id FROM ended)
    AND NOT EXISTS (
      SELECT FROM pilot.baseline_runs AS baseline
      WHERE baseline.org_id = event.org_id
        AND baseline.pilot_cycle_id = event.pilot_cycle_id
        AND event.checked_at <= baseline.window_end
    )
  UNION ALL
  SELECT ctid, concat_ws('/', org_id, id)
  FROM pilot.pilot_data_decay_audits AS event
  WHERE $3 = 'pilot_data_decay_audits'
    AND pilot_cycle_id IN (SELECT ended.id FROM ended)
    AND NOT EXISTS (
      SELECT FROM pilot.baseline_runs AS baseline
      WHERE baseline.org_id = event.org_id
        AND baseline.pilot_cycle_id = event.pilot_cycle_id
        AND event.audited_at >= baseline.window_start
        AND event.audited_at < baseline.window_end
    )
  UNION ALL
  SELECT ctid, concat_ws('/', org_id, id)
  FROM pilot.pilot_preference_fit_events AS event
  WHERE $3 = 'pilot_preference_fit_events'
    AND pilot_cycle_id IN (SELECT ended.id FROM ended)
    AND NOT EXISTS (
      SELECT FROM pilot.baseline_runs AS baseline
      WHERE baseline.org_id = event.org_id
        AND baseline.pilot_cycle_id = event.pilot_cycle_id
        AND event.preference_recorded_at >= baseline.window_start
        AND event.preference_recorded_at < baseline.window_end
    )
  UNION ALL
  SELECT history.ctid, concat_ws('/', history.org_id, history.id)
  FROM pilot.pilot_service_scope_history AS history
  JOIN scope ON scope.org_id = history.org_id AND scope.id = history.scope_id
  WHERE $3 = 'pilot_service_scope_history'
  UNION ALL
  SELECT place, concat_ws('/', org_id, id)
  FROM scope
  WHERE $3 = 'pilot_service_scope'
)
SELECT place::text, key FROM due ORDER BY key COLLATE "C"
