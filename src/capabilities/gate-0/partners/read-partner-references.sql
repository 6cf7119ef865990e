-- Whether the cycle ($2) and the organisation ($3, if any) of a partner ($1) are registered, and whether another partner of
-- that cycle, not withdrawn, is this organisation.
SELECT
  EXISTS (SELECT FROM pilot.pilot_cycles WHERE id = $2::text) AS has_cycle,
  $3::uuid IS NULL OR EXISTS (SELECT FROM pilot.organizations WHERE id = $3) AS has_organisation,
  EXISTS (
    SELECT FROM (
      SELECT DISTINCT ON (id) pilot_cycle_id, status, org_id
      FROM pilot.gate_0_partners
      WHERE id <> $1::text
      ORDER BY id, revision DESC
    ) AS other
    WHERE pilot_cycle_id = $2 AND org_id = $3 AND status <> 'withdrawn'
  ) AS is_taken
