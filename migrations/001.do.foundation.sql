-- Foundation: who may see what, and the pilot-wide tables that events refer to.
--
-- Every later table leans on the functions below. A request is a transaction that sets pilot.user_id
-- (transaction-local); policies compare rows with what that user is a member of. A setting that was never set
-- reads as NULL, and as '' after its first use on a pooled connection, so its form is checked before the cast.
-- The functions are STABLE, never IMMUTABLE: a cached generic plan must not keep one caller's answer for the next.
--
-- House rules for every table of this schema: row-level security enabled and forced; for pilot_app exactly one
-- policy per command, a denying one where the answer is "nobody"; for pilot_owner only what provisioning needs;
-- policy before grant; grants that name columns where they can.

GRANT USAGE ON SCHEMA pilot TO pilot_app;

-- An identifier cannot carry a sentence or a telephone number: no spaces, and fewer than seven digits in a row once
-- separators are left out, unless the whole is a UUID (lower case, so that its spelling does not matter).
CREATE FUNCTION pilot.is_identifier(value text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT value ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$'
     AND (translate(value, '._:-', '') !~ '[0-9]{7}' OR value ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
$$;

CREATE DOMAIN pilot.identifier AS text CHECK (pilot.is_identifier(VALUE));

-- The time at which something happened, to the millisecond.
CREATE DOMAIN pilot.event_time AS timestamptz(3) CHECK (VALUE >= '2000-01-01T00:00:00Z');

CREATE FUNCTION pilot.current_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN current_setting('pilot.user_id', true) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    THEN current_setting('pilot.user_id', true)::uuid
  END
$$;

-- The version stamp of the service that writes; a writer that does not say who it is cannot write.
CREATE FUNCTION pilot.writing_service_version() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT nullif(current_setting('pilot.service_version', true), '')
$$;

CREATE TABLE pilot.organizations (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  time_zone text NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 100),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE pilot.organization_members (
  org_id uuid NOT NULL REFERENCES pilot.organizations,
  user_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, user_id)
);
CREATE INDEX organization_members_user_id ON pilot.organization_members (user_id, org_id, role);

CREATE TABLE pilot.app_admins (
  user_id uuid PRIMARY KEY,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE pilot.pilot_cycles (
  id pilot.identifier PRIMARY KEY,
  starts_on date,
  ends_on date,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CHECK (ends_on >= starts_on)
);

-- A mirror of the curated directory: which contact fields a service has, never their contents.
CREATE TABLE pilot.services (
  id pilot.identifier PRIMARY KEY,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 300),
  category text CHECK (length(category) BETWEEN 1 AND 100),
  verification_level text CHECK (length(verification_level) BETWEEN 1 AND 20),
  verified_on date,
  fields_present text[] NOT NULL CHECK (
    fields_present <@ ARRAY['phone', 'email', 'url', 'address', 'coordinates', 'hours', 'hours_text', 'access_script']
  ),
  -- Whether there is a place to go to: coordinates and address are expected only then.
  has_place boolean NOT NULL,
  imported_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE FUNCTION pilot.is_app_admin() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT FROM pilot.app_admins WHERE user_id = pilot.current_user_id())
$$;

CREATE FUNCTION pilot.member_org_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT org_id FROM pilot.organization_members WHERE user_id = pilot.current_user_id())
$$;

CREATE FUNCTION pilot.writer_org_ids() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT ARRAY(
    SELECT org_id FROM pilot.organization_members
    WHERE user_id = pilot.current_user_id() AND role IN ('owner', 'admin', 'editor')
  )
$$;

CREATE FUNCTION pilot.is_participant() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT pilot.is_app_admin() OR cardinality(pilot.member_org_ids()) > 0
$$;

-- Migration bookkeeping, which the migration library made before this file ran.
ALTER TABLE pilot.schema_migrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_select ON pilot.schema_migrations FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_insert ON pilot.schema_migrations FOR INSERT TO pilot_owner WITH CHECK (true);
CREATE POLICY app_select ON pilot.schema_migrations FOR SELECT TO pilot_app USING ((SELECT pilot.current_user_id()) IS NOT NULL);
CREATE POLICY app_insert ON pilot.schema_migrations FOR INSERT TO pilot_app WITH CHECK (false);
CREATE POLICY app_update ON pilot.schema_migrations FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.schema_migrations FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.schema_migrations TO pilot_app;

ALTER TABLE pilot.organizations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_select ON pilot.organizations FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_insert ON pilot.organizations FOR INSERT TO pilot_owner WITH CHECK (true);
CREATE POLICY app_select ON pilot.organizations FOR SELECT TO pilot_app
  USING ((SELECT pilot.is_app_admin()) OR id = ANY ((SELECT pilot.member_org_ids())::uuid[]));
CREATE POLICY app_insert ON pilot.organizations FOR INSERT TO pilot_app WITH CHECK (false);
CREATE POLICY app_update ON pilot.organizations FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.organizations FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.organizations TO pilot_app;

-- pilot_app sees only its caller's own rows here: the functions above read these tables from inside other tables'
-- policies, and a policy that read its own table would recurse (42P17).
ALTER TABLE pilot.organization_members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_select ON pilot.organization_members FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_insert ON pilot.organization_members FOR INSERT TO pilot_owner WITH CHECK (true);
CREATE POLICY owner_update ON pilot.organization_members FOR UPDATE TO pilot_owner USING (true);
CREATE POLICY owner_delete ON pilot.organization_members FOR DELETE TO pilot_owner USING (true);
CREATE POLICY app_select ON pilot.organization_members FOR SELECT TO pilot_app
  USING (user_id = (SELECT pilot.current_user_id()));
CREATE POLICY app_insert ON pilot.organization_members FOR INSERT TO pilot_app WITH CHECK (false);
CREATE POLICY app_update ON pilot.organization_members FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.organization_members FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.organization_members TO pilot_app;

ALTER TABLE pilot.app_admins ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_select ON pilot.app_admins FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_insert ON pilot.app_admins FOR INSERT TO pilot_owner WITH CHECK (true);
CREATE POLICY owner_delete ON pilot.app_admins FOR DELETE TO pilot_owner USING (true);
CREATE POLICY app_select ON pilot.app_admins FOR SELECT TO pilot_app
  USING (user_id = (SELECT pilot.current_user_id()));
CREATE POLICY app_insert ON pilot.app_admins FOR INSERT TO pilot_app WITH CHECK (false);
CREATE POLICY app_update ON pilot.app_admins FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.app_admins FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.app_admins TO pilot_app;

ALTER TABLE pilot.pilot_cycles ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_select ON pilot.pilot_cycles FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_insert ON pilot.pilot_cycles FOR INSERT TO pilot_owner WITH CHECK (true);
CREATE POLICY app_select ON pilot.pilot_cycles FOR SELECT TO pilot_app USING ((SELECT pilot.is_participant()));
CREATE POLICY app_insert ON pilot.pilot_cycles FOR INSERT TO pilot_app WITH CHECK (false);
CREATE POLICY app_update ON pilot.pilot_cycles FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.pilot_cycles FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.pilot_cycles TO pilot_app;

ALTER TABLE pilot.services ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_select ON pilot.services FOR SELECT TO pilot_owner USING (true);
CREATE POLICY owner_insert ON pilot.services FOR INSERT TO pilot_owner WITH CHECK (true);
CREATE POLICY owner_update ON pilot.services FOR UPDATE TO pilot_owner USING (true);
CREATE POLICY app_select ON pilot.services FOR SELECT TO pilot_app USING ((SELECT pilot.is_participant()));
CREATE POLICY app_insert ON pilot.services FOR INSERT TO pilot_app WITH CHECK (false);
CREATE POLICY app_update ON pilot.services FOR UPDATE TO pilot_app USING (false);
CREATE POLICY app_delete ON pilot.services FOR DELETE TO pilot_app USING (false);
GRANT SELECT ON pilot.services TO pilot_app;
