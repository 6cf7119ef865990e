-- The referral's present state, locked so that updates of one referral happen one after the other.
SELECT referral_state, created_at, updated_at
FROM pilot.pilot_referral_events
WHERE source_org_id = $1 AND id = $2
FOR UPDATE
