import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { openDatabase } from '../../src/database/database.ts';
import { knownMigrations, markApplied, migrate, migrationStatus } from '../../src/database/migrations.ts';
import { withClient } from '../../src/database/owner-connection.ts';
import { applyRoles } from '../../src/database/roles.ts';
import { assertSafeToServe } from '../../src/database/start-checks.ts';
import { cloneDatabase, type DatabaseUrls } from '../support/template-database.ts';

async function emptyDatabase(t: Test): Promise<DatabaseUrls> {
  const { urls, drop } = await cloneDatabase({ migrated: false });
  t.teardown(drop);
  const password = (url: string) => new URL(url).password;
  await withClient(urls.superuser, (client) => applyRoles(client, password(urls.owner), password(urls.app)));
  return urls;
}

async function migratedDatabase(t: Test): Promise<DatabaseUrls> {
  const { urls, drop } = await cloneDatabase();
  t.teardown(drop);
  return urls;
}

const states = (urls: DatabaseUrls) =>
  withClient(urls.owner, async (client) => (await migrationStatus(client)).map(({ state }) => state));

async function startRefusal(connectionString: string): Promise<string> {
  const database = openDatabase({
    connectionString,
    poolMax: 1,
    preparedStatements: true,
    onConnectionError: () => undefined,
  });
  try {
    await assertSafeToServe(database);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : 'not an error';
  } finally {
    await database.close();
  }
}

const sql = (file: string) => readFileSync(new URL(`../../sql/${file}`, import.meta.url), 'utf8');
const everything = (await knownMigrations()).map(({ version }) => version);

t.test('migrating twice applies everything once', async (t) => {
  const urls = await emptyDatabase(t);
  t.ok((await states(urls)).every((state) => state === 'pending'));
  t.same(await withClient(urls.owner, (client) => migrate(client)), everything);
  t.same(await withClient(urls.owner, (client) => migrate(client)), []);
  t.ok((await states(urls)).every((state) => state === 'applied'));
});

t.test('a migration that is pending below an applied one is refused by name', async (t) => {
  const urls = await migratedDatabase(t);
  const forget = 'DELETE FROM pilot.schema_migrations WHERE version = 5';
  await withClient(urls.superuser, (client) => client.query(forget));
  await t.rejects(
    withClient(urls.owner, (client) => migrate(client)),
    /Migration 5 .* is pending below/,
  );
});

t.test('two replicas that start together wait for each other', async (t) => {
  const urls = await emptyDatabase(t);
  const both = await Promise.all([1, 2].map(() => withClient(urls.owner, (client) => migrate(client))));
  t.same(both.map((applied) => applied.length).sort(), [0, everything.length]);
});

t.test('a migration that fails leaves nothing of itself behind', async (t) => {
  const urls = await emptyDatabase(t);
  // Something in the way of the third migration.
  await withClient(urls.owner, (client) =>
    client.query('CREATE TABLE pilot.pilot_referral_event_history ()'),
  );
  await t.rejects(withClient(urls.owner, (client) => migrate(client)));
  t.same((await states(urls)).slice(0, 3), ['applied', 'applied', 'pending']);
  const left = await withClient(urls.owner, (client) =>
    client.query("SELECT to_regclass('pilot.pilot_referral_events') AS it"),
  );
  t.equal(left.rows[0].it, null);
});

t.test('an applied migration whose file has changed stops migrate and the service', async (t) => {
  const urls = await migratedDatabase(t);
  await withClient(urls.superuser, (client) =>
    client.query("UPDATE pilot.schema_migrations SET md5 = 'x' WHERE version = 2"),
  );
  await t.rejects(
    withClient(urls.owner, (client) => migrate(client)),
    /2 .*changed/,
  );
  t.match(await startRefusal(urls.app), /Migration 2 differs/);
});

t.test('a migration that this version does not know stops migrate and the service', async (t) => {
  const urls = await migratedDatabase(t);
  const insert =
    "INSERT INTO pilot.schema_migrations (version, name, md5, run_at) VALUES (999, 'later', 'x', now())";
  await withClient(urls.superuser, (client) => client.query(insert));
  await t.rejects(
    withClient(urls.owner, (client) => migrate(client)),
    /999/,
  );
  t.match(await startRefusal(urls.app), /migration 999/);
});

t.test('a migration that was run by hand is marked only when all of its objects exist', async (t) => {
  const urls = await emptyDatabase(t);
  await t.rejects(
    withClient(urls.owner, (client) => markApplied(client, 2)),
    /next pending.*1/,
  );
  await t.rejects(
    withClient(urls.owner, (client) => markApplied(client, 1)),
    /does not exist/,
  );
  const first = (await knownMigrations())[0]?.sql ?? '';
  await withClient(urls.owner, (client) => client.query(first));
  await withClient(urls.owner, (client) => markApplied(client, 1));
  t.same((await states(urls)).slice(0, 2), ['applied', 'pending']);
  t.same(await withClient(urls.owner, (client) => migrate(client)), everything.slice(1));
});

t.test('a migration that adds columns is marked only when they are there', async (t) => {
  const urls = await migratedDatabase(t);
  const table = 'pilot.pilot_integration_feasibility_decisions';
  await withClient(urls.superuser, (client) =>
    client.query(`
      DELETE FROM pilot.schema_migrations WHERE version >= 16;
      ALTER TABLE ${table} RENAME COLUMN contingency_owner TO elsewhere`),
  );
  const mark = () => withClient(urls.owner, (client) => markApplied(client, 16));
  await t.rejects(mark(), /column .*decisions\.contingency_owner does not exist/);
  await withClient(urls.owner, (client) =>
    client.query(`ALTER TABLE ${table} RENAME COLUMN elsewhere TO contingency_owner`),
  );
  await t.resolves(mark());
});

t.test('the service starts on a database with pending migrations', async (t) => {
  t.equal(await startRefusal((await emptyDatabase(t)).app), '');
});

t.test('the service refuses a role that row-level security would not bind, and says why', async (t) => {
  const urls = await migratedDatabase(t);
  t.equal(await startRefusal(urls.app), '');
  t.match(await startRefusal(urls.superuser), /is a superuser/);
  t.match(await startRefusal(urls.owner), /owns the schema/);
  await withClient(urls.superuser, (client) =>
    client.query('ALTER TABLE pilot.services NO FORCE ROW LEVEL SECURITY'),
  );
  t.match(await startRefusal(urls.app), /forced on: services/);
});

t.test(
  'verify passes on a migrated database, in a read-only transaction, and says what is wrong with a bad one',
  async (t) => {
    const urls = await migratedDatabase(t);
    const verify = () =>
      withClient(urls.owner, async (client) => {
        await client.query('BEGIN READ ONLY');
        return (await client.query(sql('post-migration-verify.sql'))).rows;
      });
    t.same(await verify(), [{ result: 'PASS', problems: [] }]);
    const faults: [string, RegExp][] = [
      ['GRANT DELETE ON pilot.services TO pilot_app', /pilot_app has DELETE on services/],
      [
        'GRANT UPDATE (org_id) ON pilot.pilot_service_scope TO pilot_app',
        /may update pilot_service_scope.org_id/,
      ],
      ['GRANT SELECT ON pilot.app_admins TO PUBLIC', /PUBLIC has SELECT on app_admins/],
      [
        'CREATE POLICY more ON pilot.services FOR SELECT TO pilot_app USING (true)',
        /services has 2 SELECT policies/,
      ],
      ['CREATE POLICY anyone ON pilot.services FOR SELECT USING (true)', /anyone on services does not name/],
      ['CREATE TABLE pilot.extra (id uuid PRIMARY KEY)', /extra does not have row-level security/],
      [
        "CREATE OR REPLACE FUNCTION pilot.is_app_admin() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'",
        /function is_app_admin is not the one/,
      ],
      [
        'REVOKE UPDATE ON pilot.pilot_referral_events FROM pilot_app',
        /may not update pilot_referral_events.updated_at/,
      ],
      ['REVOKE SELECT ON pilot.services FROM pilot_app', /may not read services/],
      [
        'REVOKE INSERT ON pilot.pilot_data_decay_audits FROM pilot_app',
        /may not insert into pilot_data_decay_audits/,
      ],
      ['REVOKE INSERT ON pilot.gate_0_claims FROM pilot_app', /may not insert into gate_0_claims/],
      [
        'GRANT INSERT (recorded_by) ON pilot.gate_0_approvals TO pilot_app',
        /may insert gate_0_approvals.recorded_by/,
      ],
      [
        'ALTER TABLE pilot.integration_controls ALTER recorded_by DROP DEFAULT',
        /integration_controls does not stamp its rows with recorded_by/,
      ],
      [
        'ALTER TABLE pilot.gate_0_partners ALTER recorded_at DROP DEFAULT',
        /gate_0_partners does not stamp its rows with recorded_at/,
      ],
      ['DROP TABLE pilot.pilot_preference_fit_events', /pilot_preference_fit_events is missing/],
      [
        "CREATE FUNCTION pilot.leak() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        /leak is SECURITY DEFINER/,
      ],
      [
        "CREATE FUNCTION pilot.claims() RETURNS text LANGUAGE sql AS $$SELECT current_setting('request.jwt.claims')$$",
        /trusts token/,
      ],
      ['CREATE VIEW pilot.peek AS SELECT FROM pilot.services', /peek does not have security_invoker/],
      [
        'CREATE POLICY owner_update ON pilot.pilot_referral_events FOR UPDATE TO pilot_owner USING (true)',
        /pilot_referral_events has other policies/,
      ],
      [
        'ALTER POLICY app_insert ON pilot.baseline_runs WITH CHECK ((SELECT pilot.is_app_admin()))',
        /app_insert on baseline_runs is not the one/,
      ],
      [
        'DROP POLICY owner_delete ON pilot.pilot_metric_snapshots',
        /pilot_metric_snapshots has other policies/,
      ],
      [
        'ALTER POLICY app_select ON pilot.pilot_cycle_metric_snapshots USING ((SELECT pilot.is_participant()))',
        /app_select on pilot_cycle_metric_snapshots is not the one/,
      ],
      [
        'ALTER POLICY app_insert ON pilot.pilot_cycle_metric_snapshots WITH CHECK (false)',
        /app_insert on pilot_cycle_metric_snapshots is not the one/,
      ],
      [
        'REVOKE INSERT ON pilot.pilot_cycle_metric_snapshots FROM pilot_app',
        /may not insert into pilot_cycle_metric_snapshots/,
      ],
      [
        'ALTER TABLE pilot.pilot_cycle_metric_snapshots ALTER service_version DROP DEFAULT',
        /pilot_cycle_metric_snapshots does not stamp its rows with service_version/,
      ],
      [
        'ALTER POLICY owner_select ON pilot.gate_0_approvals USING (false)',
        /owner_select on gate_0_approvals hides rows/,
      ],
    ];
    for (const [statement, expected] of faults) {
      await withClient(urls.superuser, (client) => client.query(statement));
      const [row] = await verify();
      t.equal(row.result, 'FAIL');
      t.match(row.problems.join('\n'), expected);
    }
  },
);

t.test(
  "rollback removes all of the service's objects, leaves everybody else's, and migrating again works",
  async (t) => {
    const urls = await migratedDatabase(t);
    await withClient(urls.superuser, async (client) => {
      await client.query('CREATE TABLE pilot.not_ours (); CREATE TABLE public.not_ours_either ()');
      await client.query(sql('rollback.sql'));
      // Everything that can be in a schema, other than what a table brings along.
      const { rows } = await client.query(`
      SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'pilot'::regnamespace
      UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'pilot'::regnamespace
      UNION ALL SELECT typname FROM pg_type
        WHERE typnamespace = 'pilot'::regnamespace AND typrelid = 0 AND typelem = 0
      UNION ALL SELECT oprname FROM pg_operator WHERE oprnamespace = 'pilot'::regnamespace
      UNION ALL SELECT collname FROM pg_collation WHERE collnamespace = 'pilot'::regnamespace
      UNION ALL SELECT stxname FROM pg_statistic_ext WHERE stxnamespace = 'pilot'::regnamespace`);
      t.same(rows, [{ name: 'not_ours' }]);
      t.equal(
        (await client.query("SELECT to_regclass('public.not_ours_either') IS NOT NULL AS there")).rows[0]
          .there,
        true,
      );
    });
    t.same(await withClient(urls.owner, (client) => migrate(client)), everything);
  },
);
