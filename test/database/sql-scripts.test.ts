import { globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { withClient } from '../../src/database/owner-connection.ts';
import { seedBothOrganizations } from '../support/seed.ts';
import { startTestService } from '../support/service.ts';
import { stateChanges, storedState } from '../support/stored-state.ts';

/** What the scripts of sql/ may do to a database: all of them look at it, but two (spec 4.3). */
const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const manual = ['sql/roles.sql', 'sql/rollback.sql'];
const looking = globSync('sql/**/*.sql', { cwd: root }).filter((path) => !manual.includes(path));

/** Scripts that list what there is, which may be nothing; the others always say something. */
const lists = /^sql\/(scope_freshness|breakdown\/breakdown_(attempts|audits|referrals))\.sql$/;

/** A value for each parameter: none, which every script understands. */
const noValues = (sql: string) =>
  Array<null>(Math.max(0, ...[...sql.matchAll(/\$(\d)/g)].map(([, number]) => Number(number)))).fill(null);

t.test('the scripts were found', async (t) => {
  t.ok(looking.length >= 12);
  for (const path of manual) t.match(read(path), /^BEGIN;$[\s\S]*^COMMIT;$/m, `${path} is one transaction`);
});

t.test('every script that looks runs for every role in a transaction that cannot write', async (t) => {
  const service = await startTestService(t);
  await seedBothOrganizations(service);
  const before = await service.asSuperuser(storedState);
  const { superuser, owner, app } = service.urls;
  for (const path of looking) {
    const sql = read(path);
    for (const url of [superuser, owner, app]) {
      await withClient(url, async (client) => {
        await client.query('BEGIN READ ONLY');
        const { rows } = await client.query(sql, noValues(sql));
        t.ok(rows.length > 0 || lists.test(path), path);
        if (path.endsWith('verify.sql')) t.same(rows, [{ result: 'PASS', problems: [] }]);
        await client.query('COMMIT');
      });
    }
  }
  t.same(stateChanges(before, await service.asSuperuser(storedState)), []);
});

t.test('the careful preflights open no table: they answer while every table is locked', async (t) => {
  const { urls, asSuperuser } = await startTestService(t);
  await asSuperuser(async (holder) => {
    const { rows } = await holder.query(
      "SELECT string_agg('pilot.' || tablename, ', ') AS tables FROM pg_tables WHERE schemaname = 'pilot'",
    );
    await holder.query(`BEGIN; LOCK TABLE ${rows[0].tables} IN ACCESS EXCLUSIVE MODE`);
    const look = (depth: string) =>
      withClient(urls.owner, async (client) => {
        await client.query("BEGIN READ ONLY; SET LOCAL lock_timeout = '50ms'");
        return (await client.query(read(`sql/preflight-${depth}.sql`))).rowCount ?? 0;
      });
    t.ok((await look('ultra-safe')) > 20);
    t.ok((await look('safe')) > 20);
    await t.rejects(look('full'), { code: '55P03' });
    await holder.query('ROLLBACK');
  });
});

t.test('a rollback that cannot remove everything removes nothing', async (t) => {
  const { urls, asSuperuser, asOwner } = await startTestService(t);
  await asSuperuser((client) =>
    client.query('CREATE VIEW public.theirs WITH (security_invoker) AS SELECT id FROM pilot.pilot_cycles'),
  );
  const before = await asSuperuser(storedState);
  t.not(before.size, 0);
  await t.rejects(
    asOwner((client) => client.query(read('sql/rollback.sql'))),
    { code: '2BP01' },
  );
  t.same(stateChanges(before, await asSuperuser(storedState)), []);
  await withClient(urls.owner, async (client) => {
    t.same((await client.query(read('sql/post-migration-verify.sql'))).rows[0].problems, []);
  });
});
