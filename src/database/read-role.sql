-- What the connected role is, and which tables of the schema would not bind it or their owner.
SELECT
  role.rolname AS role,
  role.rolsuper AS is_superuser,
  role.rolbypassrls AS bypasses_rls,
  EXISTS (SELECT FROM pg_namespace WHERE nspname = 'pilot' AND nspowner = role.oid)
    OR EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('pilot') AND relowner = role.oid) AS owns_objects,
  EXISTS (SELECT FROM pg_auth_members WHERE member = role.oid) AS is_member,
  ARRAY(
    SELECT relname::text FROM pg_class
    WHERE relnamespace = to_regnamespace('pilot') AND relkind IN ('r', 'p')
      AND NOT (relrowsecurity AND relforcerowsecurity)
      -- Before its first migration the schema has nothing but the bookkeeping, which that migration protects.
      AND NOT (relname = 'schema_migrations' AND to_regclass('pilot.organizations') IS NULL)
    ORDER BY relname
  ) AS unforced_tables
FROM pg_roles AS role
WHERE role.rolname = current_user
