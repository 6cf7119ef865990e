import { readFileSync } from 'node:fs';
import t from 'tap';
import { withClient } from '../../src/database/owner-connection.ts';
import { cloneDatabase } from '../support/template-database.ts';

/** What "verify" says about functions, wherever they are, by which pilot_app could get at more than it is given. */
const { urls, drop } = await cloneDatabase();
t.teardown(drop);
const verify = readFileSync(new URL('../../sql/post-migration-verify.sql', import.meta.url), 'utf8');

/** The problems of a database in which somebody ran this. */
function problemsAfter(sql: string): Promise<string[]> {
  return withClient(urls.superuser, async (client) => {
    await client.query(`BEGIN; ${sql}; SET TRANSACTION READ ONLY`);
    const { rows } = await client.query(verify);
    await client.query('ROLLBACK');
    return rows[0].problems;
  });
}

const returningVoid = (name: string, body: string, more = '') =>
  `CREATE FUNCTION ${name}() RETURNS void LANGUAGE plpgsql ${more} AS $body$ BEGIN ${body}; END $body$`;
const pinned = 'SECURITY DEFINER SET search_path = pg_catalog';
const bulkUpdate = "UPDATE pilot.services SET verification_level = 'L1'";
const writes = 'writes to the directory';
const trusts = 'trusts token metadata';
const withoutPath = 'is SECURITY DEFINER without a pinned search_path';
const unchecked = 'is SECURITY DEFINER and runs statements that it makes up, which nobody can check';

t.test('what the migrations make has no problem', async (t) => {
  t.same(await problemsAfter('SELECT'), []);
});

t.test('a function that pilot_app may call must not write to the directory', async (t) => {
  for (const statement of [
    bulkUpdate,
    'update only services set name = name',
    'UPDATE "pilot"."services" SET name = name',
    'UPDATE/* all of */pilot . services SET name = name',
    "PERFORM '--'; UPDATE pilot.services SET name = name",
    "INSERT INTO pilot.services (id) VALUES ('x')",
    'DELETE\n-- everything\nFROM pilot.services',
    'MERGE INTO pilot.services USING pilot.app_admins ON false WHEN MATCHED THEN DELETE',
    'TRUNCATE TABLE pilot.services',
  ]) {
    t.same(await problemsAfter(returningVoid('pilot.bulk_update_service_status', statement)), [
      `function bulk_update_service_status ${writes}`,
    ]);
    t.same(await problemsAfter(returningVoid('public.bulk_update_service_status', statement)), [
      `function public.bulk_update_service_status ${writes}`,
    ]);
  }
  const standard = `CREATE FUNCTION public.standard() RETURNS void BEGIN ATOMIC ${bulkUpdate}; END`;
  t.same(await problemsAfter(standard), [`function public.standard ${writes}`]);
  const original = returningVoid('public.original', 'UPDATE public.services SET name = name');
  t.same(await problemsAfter(original), [`function public.original ${writes}`]);
  const procedure = `CREATE PROCEDURE public.refresh() LANGUAGE sql AS $$ ${bulkUpdate} $$`;
  t.same(await problemsAfter(procedure), [`function public.refresh ${writes}`]);
});

t.test('nor may one that its writes trigger, which nobody has to call', async (t) => {
  const planted = `CREATE SCHEMA elsewhere;
    CREATE FUNCTION elsewhere.on_check() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${bulkUpdate}; RETURN NULL; END $$`;
  t.same(await problemsAfter(planted), []);
  const trigger = `CREATE TRIGGER on_check AFTER INSERT ON pilot.service_operational_status_events
    FOR EACH ROW EXECUTE FUNCTION elsewhere.on_check()`;
  t.same(await problemsAfter(`${planted}; ${trigger}`), [`function elsewhere.on_check ${writes}`]);
});

t.test('a function that pilot_app may call must not believe what a token says', async (t) => {
  for (const expression of [
    "current_setting('request.jwt.claims', true)::jsonb",
    "current_setting('request.jwt.claim.sub', true)",
    "auth.jwt() -> 'user_metadata' ->> 'role'",
    "(SELECT raw_user_meta_data ->> 'role' FROM auth.users LIMIT 1)",
    "(SELECT raw_app_meta_data ->> 'role' FROM auth.users LIMIT 1)",
    'auth.uid()',
    "current_setting('request.headers', true)",
  ]) {
    for (const name of ['pilot.is_lead', 'public.is_lead']) {
      t.same(
        await problemsAfter(returningVoid(name, `PERFORM ${expression}`)),
        [`function ${name.replace('pilot.', '')} ${trusts}`],
        expression,
      );
    }
  }
});

t.test('one that runs as its owner pins its search_path, and runs what it says', async (t) => {
  const insecure = returningVoid('public.leak', 'PERFORM 1', 'SECURITY DEFINER');
  t.same(await problemsAfter(insecure), [`function public.leak ${withoutPath}`]);
  const otherSetting = returningVoid('public.leak', 'PERFORM 1', "SECURITY DEFINER SET work_mem = '4MB'");
  t.same(await problemsAfter(otherSetting), [`function public.leak ${withoutPath}`]);
  t.same(await problemsAfter(returningVoid('public.leak', 'PERFORM 1', pinned)), []);
  const made = returningVoid('public.leak', "EXECUTE format('UPDATE %I.%I', 'pilot', 'services')", pinned);
  t.same(await problemsAfter(made), [`function public.leak ${unchecked}`]);
});

t.test('what pilot_app cannot call, only reads, or belongs to an extension is no problem', async (t) => {
  const offence = returningVoid('public.offence', `${bulkUpdate}; PERFORM auth.jwt()`, 'SECURITY DEFINER');
  t.equal((await problemsAfter(offence)).length, 3);
  t.same(await problemsAfter(`${offence}; REVOKE EXECUTE ON FUNCTION public.offence() FROM PUBLIC`), []);
  t.same(
    await problemsAfter(
      `CREATE SCHEMA elsewhere; ${offence}; ALTER FUNCTION public.offence() SET SCHEMA elsewhere`,
    ),
    [],
  );
  t.same(await problemsAfter(`${offence}; ALTER EXTENSION plpgsql ADD FUNCTION public.offence()`), []);
  for (const harmless of [
    'PERFORM FROM pilot.services FOR UPDATE OF services',
    'INSERT INTO services_backup SELECT * FROM pilot.services',
    'UPDATE listing SET metadata = NULL',
  ]) {
    t.same(await problemsAfter(returningVoid('public.harmless', harmless)), [], harmless);
  }
});
