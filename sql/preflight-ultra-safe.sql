-- Lists what exists before migrating. Reads pg_catalog only: no user table, and no function that locks or opens one.
-- For any role, in a read-only transaction, on PostgreSQL 15 to 18. Returns rows of (section, name, detail).
WITH tables AS (
  SELECT oid, relname, relowner, relrowsecurity, relforcerowsecurity
  FROM pg_class
  WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'pilot') AND relkind IN ('r', 'p')
),
findings (part, section, name, detail) AS (
  SELECT 1, 'server', 'version', current_setting('server_version')
    || CASE WHEN current_setting('server_version_num')::integer < 150000 THEN ': 15 or later is needed' ELSE '' END
  UNION ALL
  SELECT 2, 'database', datname::text, pg_encoding_to_char(encoding) || ', connected as ' || current_user
  FROM pg_database WHERE datname = current_database()
  UNION ALL
  SELECT 3, 'role', wanted.name, CASE
    WHEN role.oid IS NULL THEN 'does not exist yet'
    ELSE coalesce('must be changed: ' || nullif(concat_ws(', ',
      CASE WHEN NOT role.rolcanlogin THEN 'cannot log in' END,
      CASE WHEN role.rolsuper THEN 'is a superuser' END,
      CASE WHEN role.rolbypassrls THEN 'has BYPASSRLS' END,
      CASE WHEN role.rolcreaterole THEN 'may create roles' END,
      CASE WHEN role.rolcreatedb THEN 'may create databases' END,
      CASE WHEN role.rolreplication THEN 'may replicate' END,
      CASE WHEN EXISTS (SELECT FROM pg_auth_members WHERE member = role.oid) THEN 'is a member of another role' END,
      CASE WHEN wanted.name = 'pilot_app' AND EXISTS (SELECT FROM tables WHERE relowner = role.oid) THEN 'owns tables' END
    ), ''), 'as it should be')
  END
  FROM (VALUES ('pilot_owner'), ('pilot_app')) AS wanted (name) LEFT JOIN pg_roles AS role ON role.rolname = wanted.name
  UNION ALL
  SELECT 4, 'schema', 'pilot', coalesce(
    (SELECT 'owned by ' || pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'pilot'), 'does not exist yet'
  )
  UNION ALL
  SELECT 5, 'table', relname::text, format(
    'row-level security %s; %s policies; owned by %s',
    CASE
      WHEN relrowsecurity AND relforcerowsecurity THEN 'enabled and forced'
      WHEN relrowsecurity THEN 'enabled, not forced'
      ELSE 'not enabled'
    END,
    (SELECT count(*) FROM pg_policy WHERE polrelid = tables.oid),
    pg_get_userbyid(relowner)
  )
  FROM tables
)
SELECT section, name, detail FROM findings ORDER BY part, name
