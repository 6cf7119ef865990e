-- Verifies a migrated database against the rules of docs/architecture.md ("Storage"). Reads the catalogue only, runs in a
-- read-only transaction, on PostgreSQL 15 to 18. Returns exactly one row: result (PASS or FAIL) and problems (text[]).
--
-- Tables of the whole pilot are listed by name, those of governance among them: all who take part read them, app admins write.
-- Every other table is an organisation's, and its rules follow from its primary key, so that a new event table is verified
-- without a change here. Figures over a whole cycle are of all organisations together: app admins alone read and write them.
WITH governance (name) AS (
  VALUES
    ('pilot_integration_feasibility_decisions'), ('integration_controls'),
    ('gate_0_approvals'), ('gate_0_threat_findings'), ('gate_0_claims'), ('gate_0_partners')
),
written_by_app_admins (name) AS (
  SELECT name FROM governance
  UNION ALL
  VALUES ('pilot_cycle_metric_snapshots')
),
pilot_wide (name) AS (
  SELECT name FROM written_by_app_admins
  UNION ALL
  VALUES
    ('organizations'), ('app_admins'), ('pilot_cycles'), ('services'), ('schema_migrations'), ('entity_key_fingerprint'),
    ('retention_runs')
),
expected (name) AS (
  SELECT name FROM pilot_wide
  UNION ALL
  VALUES
    ('organization_members'), ('pilot_contact_attempt_events'), ('pilot_connection_events'), ('pilot_referral_events'),
    ('pilot_referral_event_history'), ('service_operational_status_events'), ('pilot_data_decay_audits'),
    ('pilot_preference_fit_events'), ('pilot_service_scope'), ('pilot_service_scope_history'), ('pilot_metric_snapshots'),
    ('baseline_runs'), ('baseline_metrics')
),
-- Tables of an organisation that commands write, and the service reads only.
written_by_commands (name) AS (
  VALUES ('organization_members'), ('baseline_runs'), ('baseline_metrics')
),
-- What provisioning, baselines and retention need of pilot_owner, which FORCE binds too.
owner_commands (name, commands) AS (
  VALUES
    ('organizations', 'INSERT,SELECT'),
    ('organization_members', 'DELETE,INSERT,SELECT,UPDATE'),
    ('app_admins', 'DELETE,INSERT,SELECT'),
    ('pilot_cycles', 'INSERT,SELECT,UPDATE'),
    ('services', 'INSERT,SELECT,UPDATE'),
    ('schema_migrations', 'INSERT,SELECT'),
    ('baseline_runs', 'INSERT,SELECT'),
    ('baseline_metrics', 'INSERT,SELECT'),
    ('retention_runs', 'INSERT,SELECT'),
    ('pilot_contact_attempt_events', 'DELETE,SELECT'),
    ('pilot_connection_events', 'DELETE,SELECT'),
    ('pilot_referral_events', 'DELETE,SELECT'),
    ('pilot_referral_event_history', 'DELETE,SELECT'),
    ('service_operational_status_events', 'DELETE,SELECT'),
    ('pilot_data_decay_audits', 'DELETE,SELECT'),
    ('pilot_preference_fit_events', 'DELETE,SELECT'),
    ('pilot_service_scope', 'DELETE,SELECT'),
    ('pilot_service_scope_history', 'DELETE,SELECT'),
    ('pilot_metric_snapshots', 'DELETE,SELECT'),
    ('pilot_cycle_metric_snapshots', 'DELETE,SELECT'),
    ('pilot_integration_feasibility_decisions', 'DELETE,SELECT'),
    ('integration_controls', 'DELETE,SELECT'),
    ('gate_0_approvals', 'DELETE,SELECT'),
    ('gate_0_threat_findings', 'DELETE,SELECT'),
    ('gate_0_claims', 'DELETE,SELECT'),
    ('gate_0_partners', 'DELETE,SELECT')
),
-- The functions that policies rely on, by the MD5 of their bodies with white space folded. Whoever changes one in a
-- migration changes its line here.
access_functions (name, body_md5) AS (
  VALUES
    ('current_user_id', '3e1d5ac6d7b696018dcd60c94bb5fd75'),
    ('is_app_admin', 'a1160097c1f59c51d7dc03b450f22f2e'),
    ('is_evaluator', '35187c07b8c6647b7d50c9b05fd41c5d'),
    ('is_participant', '519eef28718e8c47d9adce0806c01d53'),
    ('member_org_ids', 'a3f2ddd6b283844285574a099c2d6eca'),
    ('reads_everything', 'aa36043322e8f109004d32604e0484bd'),
    ('writer_org_ids', '99a21167d4a00426c0729393e7c5551d')
),
updatable (table_name, column_name) AS (
  VALUES
    ('pilot_referral_events', 'referral_state'), ('pilot_referral_events', 'updated_at'),
    ('pilot_referral_events', 'terminal_at'), ('pilot_referral_events', 'failure_reason_code'),
    ('pilot_service_scope', 'sla_tier')
),
tables AS (
  SELECT
    class.oid,
    class.relname::text AS name,
    class.relrowsecurity,
    class.relforcerowsecurity,
    class.relacl,
    class.relowner,
    pilot_wide.name IS NULL AS of_organization,
    (
      SELECT attribute.attname::text
      FROM pg_index JOIN pg_attribute AS attribute ON attribute.attrelid = indrelid AND attribute.attnum = indkey[0]
      WHERE indrelid = class.oid AND indisprimary
    ) AS leading_key
  FROM pg_class AS class
  LEFT JOIN pilot_wide ON pilot_wide.name = class.relname
  WHERE class.relnamespace = to_regnamespace('pilot') AND class.relkind IN ('r', 'p')
),
policies AS (
  SELECT
    policy.polrelid,
    tables.name AS table_name,
    policy.polname::text AS name,
    CASE policy.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
    policy.polpermissive,
    ARRAY(SELECT coalesce(pg_roles.rolname::text, 'PUBLIC') FROM unnest(policy.polroles) AS role LEFT JOIN pg_roles ON pg_roles.oid = role) AS roles,
    -- White space and the names that sub-selects get are the deparser's and differ between versions.
    regexp_replace(regexp_replace(coalesce(pg_get_expr(policy.polqual, policy.polrelid), ''), ' AS \w+\)', ')', 'g'), '\s', '', 'g') AS using_text,
    regexp_replace(regexp_replace(coalesce(pg_get_expr(policy.polwithcheck, policy.polrelid), ''), ' AS \w+\)', ')', 'g'), '\s', '', 'g') AS check_text
  FROM pg_policy AS policy JOIN tables ON tables.oid = policy.polrelid
),
-- The policies of pilot_app that spec 4.2 asks for, written the way the deparser writes them, without white space.
rules AS (
  SELECT
    name,
    CASE
      WHEN name IN ('organization_members', 'app_admins') THEN '(user_id=(SELECTpilot.current_user_id()))'
      WHEN name = 'retention_runs' THEN 'false'
      WHEN name = 'pilot_cycle_metric_snapshots' THEN '(SELECTpilot.is_app_admin())'
      WHEN name = 'schema_migrations' THEN '((SELECTpilot.current_user_id())ISNOTNULL)'
      WHEN name = 'entity_key_fingerprint' THEN '((SELECTpilot.current_user_id())=''00000000-0000-0000-0000-000000000000''::uuid)'
      WHEN name = 'organizations' THEN '((id=ANY((SELECTpilot.member_org_ids())::uuid[]))OR(SELECTpilot.reads_everything()))'
      WHEN of_organization
        THEN format('((%I=ANY((SELECTpilot.member_org_ids())::uuid[]))OR(SELECTpilot.reads_everything()))', leading_key)
      ELSE '(SELECTpilot.is_participant())'
    END AS may_read,
    CASE
      WHEN name IN (SELECT name FROM written_by_app_admins) THEN '(SELECTpilot.is_app_admin())'
      WHEN name = 'entity_key_fingerprint' THEN '((SELECTpilot.current_user_id())=''00000000-0000-0000-0000-000000000000''::uuid)'
      WHEN of_organization AND name NOT IN (SELECT name FROM written_by_commands)
        THEN format('((%I=ANY((SELECTpilot.writer_org_ids())::uuid[]))OR(SELECTpilot.is_app_admin()))', leading_key)
      ELSE 'false'
    END AS may_write
  FROM tables
),
grants AS (
  SELECT tables.name AS table_name, NULL::text AS column_name, coalesce(pg_roles.rolname::text, 'PUBLIC') AS role, acl.privilege_type
  FROM tables, aclexplode(tables.relacl) AS acl LEFT JOIN pg_roles ON pg_roles.oid = acl.grantee
  UNION ALL
  SELECT tables.name, attribute.attname::text, coalesce(pg_roles.rolname::text, 'PUBLIC'), acl.privilege_type
  FROM tables
  JOIN pg_attribute AS attribute ON attribute.attrelid = tables.oid
  CROSS JOIN aclexplode(attribute.attacl) AS acl
  LEFT JOIN pg_roles ON pg_roles.oid = acl.grantee
),
-- The role of the backups, where sql/roles.sql has set it up.
backup AS (
  SELECT oid FROM pg_roles WHERE rolname = 'pilot_backup' AND has_schema_privilege(oid, to_regnamespace('pilot'), 'USAGE')
),
functions AS (
  SELECT proname::text AS name, prosrc, provolatile, proleakproof
  FROM pg_proc WHERE pronamespace = to_regnamespace('pilot')
),
-- What pilot_app can make run, in whichever schema: the functions that it may call, those of its own schema, and those
-- that its writes trigger. What came with the server or with an extension is somebody else's to judge.
reachable AS (
  SELECT
    CASE WHEN nspname = 'pilot' THEN '' ELSE nspname || '.' END || proname AS name,
    nspname = 'pilot' AS is_ours,
    prosecdef,
    EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%') AS has_fixed_path,
    -- A comment between two words does not hide them, and what only looks like a comment hides nothing.
    body || ' ' || regexp_replace(regexp_replace(body, '/\*.*?\*/', ' ', 'g'), '--[^\n]*', ' ', 'g') AS body
  FROM pg_proc
  JOIN pg_namespace ON pg_namespace.oid = pronamespace
  JOIN pg_roles AS app ON app.rolname = 'pilot_app'
  CROSS JOIN LATERAL (SELECT coalesce(pg_get_function_sqlbody(pg_proc.oid), prosrc)) AS source (body)
  WHERE nspname NOT IN ('pg_catalog', 'information_schema')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
    AND (
      nspname = 'pilot'
      OR (has_schema_privilege(app.oid, nspname, 'USAGE') AND has_function_privilege(app.oid, pg_proc.oid, 'EXECUTE'))
      OR EXISTS (SELECT FROM pg_trigger JOIN tables ON tables.oid = tgrelid WHERE tgfoid = pg_proc.oid)
    )
),
problems (problem) AS (
  SELECT format('role %s does not exist', name)
  FROM (VALUES ('pilot_owner'), ('pilot_app')) AS role (name) WHERE to_regrole(name) IS NULL
  UNION ALL
  SELECT format('role %s is a superuser, has BYPASSRLS, or may create roles or databases', rolname)
  FROM pg_roles
  WHERE rolname IN ('pilot_owner', 'pilot_app') AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
  UNION ALL
  SELECT 'role pilot_backup is a superuser, lacks BYPASSRLS, or may create roles or databases'
  FROM pg_roles
  WHERE rolname = 'pilot_backup' AND (rolsuper OR NOT rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
  UNION ALL
  SELECT DISTINCT format('role %s is a member of another role', rolname)
  FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member WHERE rolname IN ('pilot_app', 'pilot_backup')
  UNION ALL
  SELECT format('table %s is missing', expected.name)
  FROM expected LEFT JOIN tables ON tables.name = expected.name WHERE tables.oid IS NULL
  UNION ALL
  SELECT format('table %s is not owned by pilot_owner', name)
  FROM tables JOIN pg_roles ON pg_roles.oid = relowner WHERE rolname <> 'pilot_owner'
  UNION ALL
  SELECT format('table %s does not have row-level security enabled and forced', name)
  FROM tables WHERE NOT (relrowsecurity AND relforcerowsecurity)
  UNION ALL
  SELECT format('policy %s on %s does not name exactly one of pilot_app and pilot_owner, or is not permissive', name, table_name)
  FROM policies WHERE NOT polpermissive OR roles NOT IN (ARRAY['pilot_app'], ARRAY['pilot_owner'])
  UNION ALL
  SELECT format('table %s has %s %s policies for pilot_app instead of one', tables.name, count(policies.name), command.name)
  FROM tables
  CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS command (name)
  LEFT JOIN policies ON policies.polrelid = tables.oid AND policies.command = command.name AND 'pilot_app' = ANY (policies.roles)
  GROUP BY tables.name, command.name HAVING count(policies.name) <> 1
  UNION ALL
  SELECT format('policy %s on %s is not the one that the rules ask for', policies.name, table_name)
  FROM policies JOIN rules ON rules.name = table_name
  WHERE 'pilot_app' = ANY (roles) AND NOT CASE command
    WHEN 'SELECT' THEN using_text = may_read
    WHEN 'INSERT' THEN check_text = may_write
    WHEN 'UPDATE' THEN (using_text = 'false' AND check_text = '') OR (using_text = may_write AND check_text = may_write AND may_write <> 'false')
    WHEN 'DELETE' THEN using_text = 'false'
    ELSE false
  END
  UNION ALL
  SELECT format('policy %s on %s hides rows from pilot_owner', name, table_name)
  FROM policies WHERE 'pilot_owner' = ANY (roles) AND (using_text NOT IN ('', 'true') OR check_text NOT IN ('', 'true'))
  UNION ALL
  SELECT format('table %s has other policies for pilot_owner than its commands need', tables.name)
  FROM tables LEFT JOIN owner_commands ON owner_commands.name = tables.name
  WHERE coalesce(owner_commands.commands, '') <> coalesce(
    (SELECT string_agg(command, ',' ORDER BY command) FROM policies WHERE polrelid = tables.oid AND 'pilot_owner' = ANY (roles)), ''
  )
  UNION ALL
  SELECT format('%s has %s on %s', role, privilege_type, table_name)
  FROM grants
  WHERE role = 'PUBLIC' OR (role NOT IN ('pilot_owner', 'pilot_app', 'pilot_backup'))
     OR (role IN ('pilot_app', 'pilot_backup') AND column_name IS NULL AND privilege_type <> 'SELECT')
     OR (role = 'pilot_backup' AND column_name IS NOT NULL)
     OR (role = 'pilot_app' AND privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE'))
  UNION ALL
  SELECT format('pilot_app may update %s.%s', table_name, column_name)
  FROM grants JOIN tables ON tables.name = table_name
  WHERE role = 'pilot_app' AND privilege_type = 'UPDATE'
    AND (table_name, column_name) NOT IN (SELECT updatable.table_name, updatable.column_name FROM updatable)
  UNION ALL
  SELECT format('pilot_app may not update %s.%s', table_name, column_name)
  FROM (
    SELECT table_name, column_name FROM updatable
    EXCEPT
    SELECT table_name, column_name FROM grants WHERE role = 'pilot_app' AND privilege_type = 'UPDATE'
  ) AS lacking
  UNION ALL
  SELECT format('pilot_app may not read %s', name)
  FROM tables
  WHERE NOT EXISTS (SELECT FROM grants WHERE table_name = name AND role = 'pilot_app' AND privilege_type = 'SELECT' AND column_name IS NULL)
  UNION ALL
  SELECT format('pilot_backup may not read %s', relname)
  FROM backup CROSS JOIN pg_class
  WHERE relnamespace = to_regnamespace('pilot') AND relkind IN ('r', 'p', 'S') AND NOT has_table_privilege(backup.oid, pg_class.oid, 'SELECT')
  UNION ALL
  SELECT format('pilot_backup may change %s', relname)
  FROM backup CROSS JOIN pg_class
  WHERE relnamespace = to_regnamespace('pilot')
    AND CASE relkind WHEN 'S' THEN has_sequence_privilege(backup.oid, pg_class.oid, 'USAGE, UPDATE') END
  UNION ALL
  SELECT format('pilot_app may not insert into %s', name)
  FROM tables
  WHERE (
      of_organization AND name NOT IN (SELECT written_by_commands.name FROM written_by_commands)
      OR name IN (SELECT written_by_app_admins.name FROM written_by_app_admins)
    )
    AND NOT EXISTS (SELECT FROM grants WHERE table_name = name AND role = 'pilot_app' AND privilege_type = 'INSERT' AND column_name = leading_key)
  UNION ALL
  SELECT format('pilot_app may insert %s.%s, which the database fills in', table_name, column_name)
  FROM grants
  WHERE role = 'pilot_app' AND privilege_type = 'INSERT' AND column_name IN ('recorded_at', 'recorded_by', 'service_version')
  UNION ALL
  SELECT format('table %s does not lead its key %s with the organisation', tables.name, index.relname)
  FROM tables
  JOIN pg_index ON indrelid = tables.oid AND indisunique
  JOIN pg_class AS index ON index.oid = indexrelid
  JOIN pg_attribute AS attribute ON attribute.attrelid = tables.oid AND attribute.attnum = indkey[0]
  WHERE of_organization AND (attribute.attname !~ '(^|_)org_id$' OR attribute.attname <> leading_key OR indnkeyatts < 2)
  UNION ALL
  SELECT format('table %s has no primary key', name) FROM tables WHERE leading_key IS NULL
  UNION ALL
  SELECT format('reference %s of %s does not carry the organisation', conname, source.name)
  FROM pg_constraint
  JOIN tables AS source ON source.oid = conrelid
  JOIN tables AS target ON target.oid = confrelid
  JOIN pg_attribute AS attribute ON attribute.attrelid = conrelid AND attribute.attnum = conkey[1]
  WHERE contype = 'f' AND target.of_organization AND attribute.attname <> source.leading_key
  UNION ALL
  SELECT format('table %s does not stamp its rows with %s', tables.name, stamp.name)
  FROM tables CROSS JOIN (VALUES ('recorded_at'), ('service_version')) AS stamp (name)
  WHERE (of_organization AND tables.name <> 'organization_members' OR tables.name IN (SELECT written_by_app_admins.name FROM written_by_app_admins))
    AND NOT EXISTS (
      SELECT FROM pg_attribute WHERE attrelid = tables.oid AND attname = stamp.name AND attnotnull AND atthasdef
    )
  UNION ALL
  -- Decisions that are older than the column have no author.
  SELECT format('table %s does not stamp its rows with recorded_by', governance.name)
  FROM governance JOIN tables ON tables.name = governance.name
  WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = tables.oid AND attname = 'recorded_by' AND atthasdef)
  UNION ALL
  SELECT format('function %s is SECURITY DEFINER without a pinned search_path', name)
  FROM reachable WHERE prosecdef AND NOT has_fixed_path
  UNION ALL
  SELECT format('function %s is SECURITY DEFINER and runs statements that it makes up, which nobody can check', name)
  FROM reachable WHERE prosecdef AND body ~* '\mexecute\M'
  UNION ALL
  -- The directory is refreshed by "services import" alone. A table of this name in another schema may well be its original.
  SELECT format('function %s writes to the directory', name)
  FROM reachable
  WHERE body ~* '\m(insert\s+into|update|delete\s+from|merge\s+into|truncate|truncate\s+table)\s+(only\s+)?("?\w+"?\s*\.\s*)?"?services\M'
  UNION ALL
  SELECT format('function %s trusts token metadata', name)
  FROM reachable
  WHERE body ~* 'jwt|request\.(headers|cookies)|(user|app)_meta_?data|\mauth\s*\.\s*(uid|role|email)\s*\('
     OR (is_ours AND body ~* 'claims|metadata')
  UNION ALL
  SELECT format('function %s is not the one that the policies rely on', access_functions.name)
  FROM access_functions LEFT JOIN functions ON functions.name = access_functions.name
  WHERE functions.name IS NULL
     OR md5(regexp_replace(btrim(functions.prosrc, E' \n'), '\s+', ' ', 'g')) <> body_md5
     OR functions.provolatile <> 's'
  UNION ALL
  SELECT format('function %s is LEAKPROOF', name) FROM functions WHERE proleakproof
  UNION ALL
  SELECT format('function %s depends on the caller but is IMMUTABLE', name)
  FROM functions WHERE provolatile = 'i' AND prosrc ~ 'current_setting|current_user_id|org_ids|organization_members|app_admins'
  UNION ALL
  SELECT format('view %s does not have security_invoker', relname)
  FROM pg_class
  WHERE relnamespace = to_regnamespace('pilot') AND (relkind = 'm' OR (
    relkind = 'v' AND NOT coalesce(reloptions, '{}') && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1']
  ))
  UNION ALL
  SELECT format('%s may create objects in schema pilot', coalesce(rolname::text, 'PUBLIC'))
  FROM pg_namespace
  CROSS JOIN aclexplode(nspacl) AS acl
  LEFT JOIN pg_roles ON pg_roles.oid = acl.grantee
  WHERE nspname = 'pilot' AND acl.privilege_type = 'CREATE' AND coalesce(rolname, 'PUBLIC') <> 'pilot_owner'
)
SELECT
  CASE WHEN count(problem) = 0 THEN 'PASS' ELSE 'FAIL' END AS result,
  coalesce(array_agg(problem ORDER BY problem), '{}') AS problems
FROM problems
