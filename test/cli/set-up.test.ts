import { readFileSync } from 'node:fs';
import t from 'tap';
import { knownMigrations } from '../../src/database/migrations.ts';
import { withClient } from '../../src/database/owner-connection.ts';
import {
  emptyDatabase,
  isFailure,
  isSuccess,
  migratedDatabase,
  pilot,
  preparedDatabase,
  settingsOf,
} from './pilot.ts';

const everything = (await knownMigrations()).map(({ version }) => version);

t.test('from nothing: roles, migrate, verify', async (t) => {
  const urls = await emptyDatabase(t);
  const settings = settingsOf(urls);
  const withSuperuser = { ...settings, BOOTSTRAP_DATABASE_URL: urls.superuser };

  const roles = await pilot(withSuperuser, 'roles', '--json');
  isSuccess(t, roles);
  t.same(roles.json, { applied: true, skipped: [] });
  const again = await pilot(withSuperuser, 'roles');
  t.equal(again.stdout, 'The roles are set up.\n');

  const before = await pilot(settings, 'migrate', '--status', '--json');
  t.same(
    before.json.migrations.map(({ state }: { state: string }) => state),
    everything.map(() => 'pending'),
  );

  const migrated = await pilot(settings, 'migrate', '--json');
  isSuccess(t, migrated);
  t.same(migrated.json, { applied: everything });
  t.equal((await pilot(settings, 'migrate')).stdout, 'Every migration was applied already.\n');
  const status = await pilot(settings, 'migrate', '--status');
  t.match(status.stdout, /│ 1 +│ foundation +│ applied +│/);

  const verified = await pilot(settings, 'verify', '--json');
  isSuccess(t, verified);
  t.same(verified.json, { result: 'PASS', problems: [] });
});

t.test('the printed script sets up the same, and can be run again', async (t) => {
  const urls = await emptyDatabase(t);
  const printed = await pilot(settingsOf(urls), 'roles');
  isSuccess(t, printed);
  t.ok(
    printed.stdout.indexOf('SET log_statement') < printed.stdout.indexOf('SET pilot.owner_password'),
    'quiet first',
  );
  t.ok(printed.stdout.endsWith(readFileSync(new URL('../../sql/roles.sql', import.meta.url), 'utf8')));
  const script = (await pilot(settingsOf(urls), 'roles', '--json')).json.script;
  t.equal(script, printed.stdout);
  for (const _ of [1, 2]) {
    await withClient(urls.superuser, (client) => client.query(script));
  }
  t.equal((await pilot(settingsOf(urls), 'migrate')).code, 0);
});

t.test('a password in a URL arrives in the script as it is, quoted', async (t) => {
  const settings = {
    DATABASE_URL: 'postgresql://pilot_app:it%27s%20%5C@127.0.0.1:1/x',
    MIGRATION_DATABASE_URL: 'postgresql://pilot_owner:plain@127.0.0.1:1/x',
  };
  const { stdout } = await pilot(settings, 'roles');
  t.ok(stdout.includes("\nSET pilot.owner_password = 'plain';\nSET pilot.app_password = E'it''s \\\\';\n"));
});

t.test('roles refuses URLs that do not fit', async (t) => {
  const urls = await emptyDatabase(t);
  isFailure(t, await pilot({ DATABASE_URL: urls.app }, 'roles'), /^MIGRATION_DATABASE_URL must be set/);
  isFailure(t, await pilot({ MIGRATION_DATABASE_URL: urls.owner }, 'roles'), /^DATABASE_URL must be set/);
  const swapped = { DATABASE_URL: urls.owner, MIGRATION_DATABASE_URL: urls.owner };
  isFailure(t, await pilot(swapped, 'roles'), /^DATABASE_URL must name the role pilot_app\.$/m);
  const elsewhere = new URL(urls.superuser);
  elsewhere.pathname = '/postgres';
  isFailure(
    t,
    await pilot({ ...settingsOf(urls), BOOTSTRAP_DATABASE_URL: elsewhere.href }, 'roles'),
    /^BOOTSTRAP_DATABASE_URL must name the same database/,
  );
});

t.test('a migration that was run by hand is recorded only when its objects exist', async (t) => {
  const urls = await migratedDatabase(t);
  const settings = settingsOf(urls);
  const last = everything.at(-1) ?? 0;
  isFailure(t, await pilot(settings, 'migrate', '--mark-applied', '1'), /none is pending\.$/m);
  await withClient(urls.superuser, (client) =>
    client.query('DELETE FROM pilot.schema_migrations WHERE version = $1', [last]),
  );
  const marked = await pilot(settings, 'migrate', '--mark-applied', String(last), '--json');
  isSuccess(t, marked);
  t.same(marked.json, { marked: last });

  const empty = await preparedDatabase(t);
  isFailure(
    t,
    await pilot(settingsOf(empty), 'migrate', '--mark-applied', '1'),
    /^The \w+ pilot\.\w+ does not exist; migration 1 was not run\.$/m,
  );
});

t.test('verify fails with what is wrong, and says it in both forms', async (t) => {
  const urls = await migratedDatabase(t);
  await withClient(urls.superuser, (client) =>
    client.query('ALTER TABLE pilot.services NO FORCE ROW LEVEL SECURITY'),
  );
  for (const form of [[], ['--json']]) {
    const { code, stdout, stderr, json } = await pilot(settingsOf(urls), 'verify', ...form);
    t.equal(code, 1);
    t.match(stderr, /^The database does not pass the verification: it has 1 problem\.\n$/);
    if (json) t.match(json, { result: 'FAIL', problems: [/services/] });
    else t.match(stdout, /^FAIL\n- .*services.*\n$/);
  }
});
