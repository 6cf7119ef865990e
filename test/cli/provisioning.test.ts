import { randomUUID } from 'node:crypto';
import t from 'tap';
import { withClient } from '../../src/database/owner-connection.ts';
import { isFailure, isSuccess, migratedDatabase, pilot, settingsOf } from './pilot.ts';

const urls = await migratedDatabase(t);
const settings = settingsOf(urls);
const run = (...words: string[]) => pilot(settings, ...words);

const rows = (sql: string, ...values: string[]) =>
  withClient(urls.superuser, async (client) => (await client.query(sql, values)).rows);

t.test('an organisation is created and listed', async (t) => {
  const created = await run('org', 'create', '--name', 'Harbour Shelter', '--json');
  isSuccess(t, created);
  t.match(created.json, { org_id: /^[0-9a-f-]{36}$/ });
  const plain = await run('org', 'create', '--name', ' Second ', '--time-zone', 'Europe/Paris');
  isSuccess(t, plain);
  t.match(plain.stdout, /^[0-9a-f-]{36}\n$/);
  const listed = await run('org', 'list', '--json');
  t.same(listed.json.organizations, [
    { org_id: created.json.org_id, name: 'Harbour Shelter', time_zone: 'America/Toronto' },
    { org_id: plain.stdout.trim(), name: 'Second', time_zone: 'Europe/Paris' },
  ]);
  t.match((await run('org', 'list')).stdout, /│ Harbour Shelter +│ America\/Toronto +│/);
});

t.test('a member is added, changed and removed; ids may be in capitals', async (t) => {
  const org: string = (await run('org', 'create', '--name', 'With members', '--json')).json.org_id;
  const user = randomUUID();
  const of = ['--org', org.toUpperCase(), '--user', user.toUpperCase()];
  const added = await run('member', 'add', ...of, '--role', 'editor', '--json');
  isSuccess(t, added);
  t.same(added.json, { org_id: org, user_id: user, role: 'editor' });
  const changed = await run('member', 'add', ...of, '--role', 'owner');
  t.equal(changed.stdout, `${user} is owner of ${org}.\n`);
  const members = 'SELECT role FROM pilot.organization_members WHERE org_id = $1 AND user_id = $2';
  t.same(await rows(members, org, user), [{ role: 'owner' }]);
  const removed = await run('member', 'remove', ...of, '--json');
  t.same(removed.json, { org_id: org, user_id: user, removed: true });
  t.same(await rows(members, org, user), []);
  const again = await run('member', 'remove', ...of);
  isSuccess(t, again);
  t.equal(again.stdout, `${user} was not a member of ${org}.\n`);
});

t.test('an unknown organisation is said', async (t) => {
  const of = ['--org', randomUUID(), '--user', randomUUID()];
  const line =
    /^There is no organisation with the id in --org; "npm run -s pilot -- org list" lists them\.$/m;
  isFailure(t, await run('member', 'add', ...of, '--role', 'viewer'), line);
  isFailure(t, await run('member', 'remove', ...of, '--json'), line);
});

t.test('an app admin is made and unmade', async (t) => {
  const user = randomUUID();
  const outcomes = [
    await run('admin', 'add', '--user', user, '--json'),
    await run('admin', 'add', '--user', user, '--json'),
    await run('admin', 'remove', '--user', user, '--json'),
    await run('admin', 'remove', '--user', user, '--json'),
  ];
  t.same(
    outcomes.map(({ json }) => json),
    [
      { user_id: user, added: true },
      { user_id: user, added: false },
      { user_id: user, removed: true },
      { user_id: user, removed: false },
    ],
  );
  t.equal((await run('admin', 'add', '--user', user)).stdout, `${user} is an app admin now.\n`);
  t.equal((await run('admin', 'remove', '--user', user)).stdout, `${user} is no longer an app admin.\n`);
});

t.test('a cycle is registered once and keeps its dates', async (t) => {
  const of = ['cycle', 'create', '--id', 'kingston-2026-spring'];
  const created = await run(...of, '--starts', '2026-03-01', '--ends', '2026-03-28', '--json');
  isSuccess(t, created);
  t.same(created.json, { pilot_cycle_id: 'kingston-2026-spring', created: true });
  const again = await run(...of, '--starts', '2026-05-01');
  isSuccess(t, again);
  t.match(
    again.stdout,
    /^The cycle kingston-2026-spring was registered already; its dates stay as they were\.$/m,
  );
  t.same(await rows('SELECT starts_on::text, ends_on::text FROM pilot.pilot_cycles'), [
    { starts_on: '2026-03-01', ends_on: '2026-03-28' },
  ]);
});

t.test('the dates of a cycle are corrected, each by itself, and only to ones that make sense', async (t) => {
  const change = (...more: string[]) => run('cycle', 'change', '--id', 'kingston-2026-spring', ...more);
  const later = await change('--ends', '2026-04-30', '--json');
  isSuccess(t, later);
  t.same(later.json, {
    pilot_cycle_id: 'kingston-2026-spring',
    starts_on: '2026-03-01',
    ends_on: '2026-04-30',
  });
  t.match((await change('--starts', '2026-03-02')).stdout, 'is from 2026-03-02 to 2026-04-30');
  isFailure(
    t,
    await change('--ends', '2026-03-01'),
    /^The last day of a cycle must not be before its first\.$/m,
  );
  isFailure(
    t,
    await run('cycle', 'change', '--id', 'no-such', '--ends', '2026-03-01'),
    /^There is no cycle with the id in --id\.$/m,
  );
  t.same(await rows('SELECT starts_on::text, ends_on::text FROM pilot.pilot_cycles'), [
    { starts_on: '2026-03-02', ends_on: '2026-04-30' },
  ]);
});
