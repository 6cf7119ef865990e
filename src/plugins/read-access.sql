-- What the caller is in some organisations. An organisation that does not exist, and one that the caller may not see, both
-- answer exists_for_caller = false. Counted, because EXISTS would read every organisation into a hash table.
SELECT
  asked.org_id,
  (SELECT count(*) = 1 FROM pilot.organizations WHERE id = asked.org_id) AS exists_for_caller,
  (SELECT role FROM pilot.organization_members WHERE org_id = asked.org_id AND user_id = pilot.current_user_id()) AS role,
  (SELECT pilot.is_app_admin()) AS is_app_admin
FROM unnest($1::uuid[]) AS asked (org_id)
