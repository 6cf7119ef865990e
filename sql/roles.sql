-- Creates the roles and the schema in the current database. Safe to run again.
--
-- Run it with `npm run pilot -- roles`, which takes the passwords from the connection URLs, or by hand after
--   SELECT set_config('pilot.owner_password', '...', false), set_config('pilot.app_password', '...', false),
--          set_config('pilot.backup_password', '...', false);
-- An empty password leaves a role's password as it is. Needs a superuser, or CREATEROLE with a right to create schemas;
-- what that role may not do is skipped with a notice.

BEGIN;

-- Two runs on one server, in whichever of its databases, go one after the other.
DO $$
BEGIN
  LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'lock on the roles skipped: it needs a superuser';
END
$$;

DO $$
BEGIN
  -- Statements that carry passwords, and rows that a failing statement would quote, stay out of the server's log.
  BEGIN
    PERFORM set_config('log_statement', 'none', true), set_config('log_min_error_statement', 'panic', true);
  EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'log settings skipped: they need a superuser';
  END;
  IF to_regrole('pilot_owner') IS NULL THEN CREATE ROLE pilot_owner LOGIN; END IF;
  IF to_regrole('pilot_app') IS NULL THEN CREATE ROLE pilot_app LOGIN; END IF;
  IF coalesce(current_setting('pilot.owner_password', true), '') <> '' THEN
    EXECUTE format('ALTER ROLE pilot_owner PASSWORD %L', current_setting('pilot.owner_password'));
  END IF;
  IF coalesce(current_setting('pilot.app_password', true), '') <> '' THEN
    EXECUTE format('ALTER ROLE pilot_app PASSWORD %L', current_setting('pilot.app_password'));
  END IF;
END
$$;

DO $$
BEGIN
  ALTER ROLE pilot_owner NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
  ALTER ROLE pilot_app NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'role attributes skipped: they need a superuser; both roles are made without them';
END
$$;

-- A net under the limits that every transaction sets for itself.
ALTER ROLE pilot_app SET statement_timeout = '60s';
ALTER ROLE pilot_app SET lock_timeout = '10s';
ALTER ROLE pilot_app SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE pilot_app SET log_parameter_max_length_on_error = 0;

-- Values stay out of the server's log even when the database refuses them (spec 9).
DO $$
BEGIN
  ALTER ROLE pilot_app SET log_statement = 'none';
  ALTER ROLE pilot_app SET log_min_messages = 'fatal';
  ALTER ROLE pilot_app SET log_min_error_statement = 'panic';
  ALTER ROLE pilot_app SET log_error_verbosity = 'terse';
  ALTER ROLE pilot_app SET log_parameter_max_length = 0;
  ALTER ROLE pilot_app SET log_min_duration_statement = -1;
  ALTER ROLE pilot_owner SET log_statement = 'none';
  ALTER ROLE pilot_owner SET log_min_error_statement = 'panic';
  ALTER ROLE pilot_owner SET log_error_verbosity = 'terse';
  ALTER ROLE pilot_owner SET log_parameter_max_length = 0;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'log settings of the roles skipped: they need a superuser';
END
$$;

DO $$
BEGIN
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO pilot_owner, pilot_app', current_database());
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  CREATE SCHEMA IF NOT EXISTS pilot AUTHORIZATION pilot_owner;
  GRANT USAGE ON SCHEMA pilot TO pilot_app;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'schema pilot not created here: "migrate" makes it when pilot_owner may create schemas';
END
$$;

-- What pg_dump connects as: reads every row, whatever the policies say, and has no other right
-- (docs/decisions/0015-backups-by-a-role-that-bypasses-policies.md). Without a password nobody can log in as it.
DO $$
BEGIN
  IF to_regrole('pilot_backup') IS NULL THEN CREATE ROLE pilot_backup NOLOGIN; END IF;
  ALTER ROLE pilot_backup BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
  IF coalesce(current_setting('pilot.backup_password', true), '') <> '' THEN
    EXECUTE format('ALTER ROLE pilot_backup LOGIN PASSWORD %L', current_setting('pilot.backup_password'));
  END IF;
  ALTER ROLE pilot_backup SET default_transaction_read_only = on;
  ALTER ROLE pilot_backup SET log_parameter_max_length_on_error = 0;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO pilot_backup', current_database());
  GRANT USAGE ON SCHEMA pilot TO pilot_backup;
  GRANT SELECT ON ALL TABLES IN SCHEMA pilot TO pilot_backup;
  GRANT SELECT ON ALL SEQUENCES IN SCHEMA pilot TO pilot_backup;
  -- What later migrations make is part of a backup too.
  ALTER DEFAULT PRIVILEGES FOR ROLE pilot_owner IN SCHEMA pilot GRANT SELECT ON TABLES TO pilot_backup;
  ALTER DEFAULT PRIVILEGES FOR ROLE pilot_owner IN SCHEMA pilot GRANT SELECT ON SEQUENCES TO pilot_backup;
  BEGIN
    ALTER ROLE pilot_backup SET log_statement = 'none';
    ALTER ROLE pilot_backup SET log_min_messages = 'fatal';
    ALTER ROLE pilot_backup SET log_min_error_statement = 'panic';
    ALTER ROLE pilot_backup SET log_error_verbosity = 'terse';
    ALTER ROLE pilot_backup SET log_parameter_max_length = 0;
    ALTER ROLE pilot_backup SET log_min_duration_statement = -1;
  EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'log settings of pilot_backup skipped: they need a superuser';
  END;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'role pilot_backup skipped: it needs a superuser, or BYPASSRLS and the rights of pilot_owner';
END
$$;

COMMIT;
