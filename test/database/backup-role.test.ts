import { readFileSync } from 'node:fs';
import type pg from 'pg';
import t from 'tap';
import { withClient } from '../../src/database/owner-connection.ts';
import { isFailure, migratedDatabase, pilot, settingsOf } from '../cli/pilot.ts';
import { seedBothOrganizations } from '../support/seed.ts';
import { startTestService } from '../support/service.ts';
import type { DatabaseUrls } from '../support/template-database.ts';

/** What pilot_backup can do in a database. Roles belong to the whole server, so no test here changes the role itself. */
const asBackup = <Result>({ superuser }: DatabaseUrls, work: (client: pg.Client) => Promise<Result>) =>
  withClient(superuser, async (client) => {
    await client.query('SET ROLE pilot_backup');
    return work(client);
  });

const asSuperuser = ({ superuser }: DatabaseUrls, sql: string) =>
  withClient(superuser, (client) => client.query(sql));

const problems = async (urls: DatabaseUrls): Promise<string[]> =>
  (await pilot(settingsOf(urls), 'verify', '--json')).json.problems;

const tableNames = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'pilot' ORDER BY 1";
const rollbackSql = readFileSync(new URL('../../sql/rollback.sql', import.meta.url), 'utf8');

t.test('it reads every row of every table, whoever the row belongs to', async (t) => {
  const service = await startTestService(t);
  await seedBothOrganizations(service);
  const count = async (client: pg.Client) => {
    const { rows: tables } = await client.query(tableNames);
    const counts: Record<string, number> = {};
    for (const { name } of tables) {
      counts[name] = (await client.query(`SELECT FROM pilot.${name}`)).rowCount ?? -1;
    }
    return counts;
  };
  const all = await service.asSuperuser(count);
  t.ok((all.pilot_contact_attempt_events ?? 0) >= 2);
  t.same(await asBackup(service.urls, count), all);
});

t.test('it changes nothing, neither data nor schema', async (t) => {
  const urls = await migratedDatabase(t);
  const { rows } = await asSuperuser(urls, tableNames);
  const refused = (sql: string) =>
    t.rejects(
      asBackup(urls, (client) => client.query(sql)),
      { code: '42501' },
      sql,
    );
  for (const { name } of rows) {
    await refused(`INSERT INTO pilot.${name} DEFAULT VALUES`);
    await refused(`DELETE FROM pilot.${name}`);
    await refused(`TRUNCATE pilot.${name}`);
  }
  await refused("UPDATE pilot.pilot_referral_events SET referral_state = 'failed'");
  await refused("SELECT nextval('pilot.pilot_integration_feasibility_decisions_arrival_seq')");
  await refused('CREATE TABLE pilot.more ()');
  await refused('CREATE TABLE public.more ()');
});

t.test('it reads what a later migration makes', async (t) => {
  const urls = await migratedDatabase(t);
  await withClient(urls.owner, (client) =>
    client.query('CREATE TABLE pilot.later (id bigint GENERATED ALWAYS AS IDENTITY)'),
  );
  await t.resolves(asBackup(urls, (client) => client.query('TABLE pilot.later; TABLE pilot.later_id_seq')));
});

t.test('a database whose roles were made without it gets it by "roles"', async (t) => {
  const urls = await migratedDatabase(t);
  await asSuperuser(
    urls,
    `ALTER DEFAULT PRIVILEGES FOR ROLE pilot_owner IN SCHEMA pilot REVOKE SELECT ON TABLES FROM pilot_backup;
     ALTER DEFAULT PRIVILEGES FOR ROLE pilot_owner IN SCHEMA pilot REVOKE SELECT ON SEQUENCES FROM pilot_backup;
     REVOKE SELECT ON ALL TABLES IN SCHEMA pilot FROM pilot_backup;
     REVOKE SELECT ON ALL SEQUENCES IN SCHEMA pilot FROM pilot_backup;
     REVOKE USAGE ON SCHEMA pilot FROM pilot_backup`,
  );
  const read = () => asBackup(urls, (client) => client.query('TABLE pilot.pilot_cycles'));
  await t.rejects(read(), { code: '42501' });
  t.same(await problems(urls), [], 'verify does not miss it');
  const bootstrap = { ...settingsOf(urls), BOOTSTRAP_DATABASE_URL: urls.superuser };
  t.equal((await pilot(bootstrap, 'roles')).code, 0);
  await read();
  t.same(await problems(urls), []);
});

t.test('verify says when it has more than it needs, or less', async (t) => {
  const urls = await migratedDatabase(t);
  await asSuperuser(
    urls,
    `GRANT DELETE ON pilot.services TO pilot_backup;
     GRANT UPDATE (sla_tier) ON pilot.pilot_service_scope TO pilot_backup;
     GRANT USAGE ON SEQUENCE pilot.pilot_integration_feasibility_decisions_arrival_seq TO pilot_backup;
     GRANT CREATE ON SCHEMA pilot TO pilot_backup;
     REVOKE SELECT ON pilot.pilot_cycles FROM pilot_backup`,
  );
  t.same(await problems(urls), [
    'pilot_backup has DELETE on services',
    'pilot_backup has UPDATE on pilot_service_scope',
    'pilot_backup may change pilot_integration_feasibility_decisions_arrival_seq',
    'pilot_backup may create objects in schema pilot',
    'pilot_backup may not read pilot_cycles',
  ]);
});

t.test('after a rollback and a fresh start it is as before', async (t) => {
  const urls = await migratedDatabase(t);
  await withClient(urls.owner, (client) => client.query(rollbackSql));
  const { rows } = await asSuperuser(
    urls,
    "SELECT to_regnamespace('pilot') AS schema, count(*)::integer AS defaults FROM pg_default_acl",
  );
  t.same(rows, [{ schema: null, defaults: 0 }], 'nothing of it is left in the database');
  const bootstrap = { ...settingsOf(urls), BOOTSTRAP_DATABASE_URL: urls.superuser };
  t.equal((await pilot(bootstrap, 'roles')).code, 0);
  t.equal((await pilot(settingsOf(urls), 'migrate')).code, 0);
  t.same(await problems(urls), []);
  await asBackup(urls, (client) => client.query('TABLE pilot.pilot_cycles'));
});

t.test('BACKUP_DATABASE_URL must name it', async (t) => {
  const urls = await migratedDatabase(t);
  const settings = { ...settingsOf(urls), BACKUP_DATABASE_URL: urls.owner };
  isFailure(t, await pilot(settings, 'roles'), /^BACKUP_DATABASE_URL must name the role pilot_backup\.$/m);
});
