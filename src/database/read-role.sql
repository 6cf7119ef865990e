-- Why the service must not run as the role it is connected as, and which tables of the schema would not bind their owner.
-- The role that logged in counts too, because it can become itself again. What lets a role become another one, or read
-- past row-level security, is as good as BYPASSRLS.
WITH role AS (
  SELECT * FROM pg_roles WHERE rolname IN (current_user, session_user)
)
SELECT
  CASE
    WHEN EXISTS (SELECT FROM role WHERE rolsuper) THEN 'is a superuser'
    WHEN EXISTS (SELECT FROM role WHERE rolbypassrls) THEN 'has BYPASSRLS'
    WHEN EXISTS (SELECT FROM role WHERE rolreplication) THEN 'has REPLICATION'
    WHEN EXISTS (SELECT FROM role WHERE rolcreaterole) THEN 'may create roles'
    WHEN EXISTS (
      SELECT FROM role
      JOIN pg_shdepend AS owned ON owned.refclassid = 'pg_authid'::regclass AND owned.refobjid = role.oid AND owned.deptype = 'o'
      JOIN pg_database AS here ON here.datname = current_database()
      WHERE owned.dbid = here.oid OR (owned.classid = 'pg_database'::regclass AND owned.objid = here.oid)
    ) THEN 'owns the schema or something else in the database'
    WHEN EXISTS (SELECT FROM role JOIN pg_auth_members ON member = role.oid) THEN 'is a member of another role'
  END AS unsafe_because,
  ARRAY(
    SELECT relname::text FROM pg_class
    WHERE relnamespace = to_regnamespace('pilot') AND relkind IN ('r', 'p')
      AND NOT (relrowsecurity AND relforcerowsecurity)
      -- Before its first migration the schema has nothing but the bookkeeping, which that migration protects.
      AND NOT (
        relname = 'schema_migrations'
        AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('pilot') AND relname = 'organizations')
      )
    ORDER BY relname
  ) AS unforced_tables
