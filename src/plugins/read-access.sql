-- What the caller is in an organisation. An organisation that does not exist, and one that the caller may not see, both
-- answer exists_for_caller = false.
SELECT
  EXISTS (SELECT FROM pilot.organizations WHERE id = $1) AS exists_for_caller,
  (SELECT role FROM pilot.organization_members WHERE org_id = $1 AND user_id = pilot.current_user_id()) AS role,
  pilot.is_app_admin() AS is_app_admin
