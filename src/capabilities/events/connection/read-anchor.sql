-- The time from which a connection's duration runs: an attempt or a referral of the same organisation and cycle.
SELECT attempted_at AS starts_at
FROM pilot.pilot_contact_attempt_events
WHERE recorded_by_org_id = $1 AND pilot_cycle_id = $2 AND id = $3
UNION ALL
SELECT created_at
FROM pilot.pilot_referral_events
WHERE source_org_id = $1 AND pilot_cycle_id = $2 AND id = $4
