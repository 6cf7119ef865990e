-- The organisations that the caller may see, each with the caller's role there.
SELECT organization.id AS org_id, organization.name, organization.time_zone, member.role
FROM pilot.organizations AS organization
LEFT JOIN pilot.organization_members AS member
  ON member.org_id = organization.id AND member.user_id = pilot.current_user_id()
ORDER BY organization.name, organization.id
