-- Lists what exists before migrating: what preflight-ultra-safe.sql lists, and the rows and sizes of the tables and the
-- migrations that were applied. Reads every table whole. Counts are of the rows that the connected role may see: under
-- row-level security that can be none.
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
  UNION ALL
  -- A table that may not exist can be read only by a query that is made while this one runs.
  SELECT 6, 'rows', relname::text, CASE
    WHEN has_table_privilege(oid, 'SELECT') THEN format(
      '%s visible to %s',
      (xpath('/table/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM pilot.%I', relname), false, false, '')))[1],
      current_user
    )
    ELSE format('%s may not read it', current_user)
  END
  FROM tables
  UNION ALL
  SELECT 7, 'size', relname::text, pg_size_pretty(pg_total_relation_size(oid)) FROM tables
  UNION ALL
  SELECT 7, 'size', '(the whole database)', pg_size_pretty(pg_database_size(current_database()))
  UNION ALL
  SELECT 8, 'migration', lpad(version, 3, '0'), format('%s, applied at %s', name, run_at)
  FROM (
    SELECT CASE WHEN has_table_privilege(oid, 'SELECT') THEN
      query_to_xml('SELECT version, name, run_at FROM pilot.schema_migrations', true, false, '')
    END AS document
    FROM tables WHERE relname = 'schema_migrations'
  ) AS applied,
  XMLTABLE('/table/row' PASSING document COLUMNS version text, name text, run_at text)
)
SELECT section, name, detail FROM findings ORDER BY part, name
