import t from 'tap';
import { withClient } from '../../src/database/owner-connection.ts';
import { emptyDatabase, isFailure, migratedDatabase, pilot, preparedDatabase, settingsOf } from './pilot.ts';

function changed(url: string, change: (url: URL) => void): string {
  const copy = new URL(url);
  change(copy);
  return copy.href;
}

t.test('a database that cannot be used is said, without its address or password', async (t) => {
  const { owner } = await migratedDatabase(t);
  const cases: [url: string, line: RegExp][] = [
    [changed(owner, (url) => (url.port = '1')), /cannot be reached/],
    [
      changed(owner, (url) => (url.password = 'not-the-password')),
      /does not accept the role or its password/,
    ],
    [changed(owner, (url) => (url.username = 'nobody-here')), /does not accept the role or its password/],
    [changed(owner, (url) => (url.pathname = '/not-there')), /does not exist on its server/],
  ];
  for (const [url, reason] of cases) {
    const outcome = await pilot({ MIGRATION_DATABASE_URL: url }, 'org', 'list', '--json');
    isFailure(t, outcome, /^The database in MIGRATION_DATABASE_URL /);
    t.match(outcome.stderr, reason);
    t.notMatch(outcome.stderr, /127\.0\.0\.1|not-the|nobody/);
  }
});

t.test('provisioning needs the owner', async (t) => {
  const urls = await migratedDatabase(t);
  isFailure(
    t,
    await pilot({ DATABASE_URL: urls.app }, 'org', 'list'),
    /^MIGRATION_DATABASE_URL must be set\.$/m,
  );
  for (const url of [urls.app, urls.superuser]) {
    isFailure(
      t,
      await pilot({ MIGRATION_DATABASE_URL: url }, 'migrate'),
      /^MIGRATION_DATABASE_URL must connect as the role pilot_owner\.$/m,
    );
  }
});

t.test('before it is migrated, commands say what to do first', async (t) => {
  const line = /^The database is not migrated yet\. Run "npm run -s pilot -- migrate" first\.$/m;
  for (const urls of [await emptyDatabase(t), await preparedDatabase(t)]) {
    isFailure(t, await pilot(settingsOf(urls), 'org', 'list'), line);
    isFailure(t, await pilot(settingsOf(urls), 'cycle', 'create', '--id', 'c', '--json'), line);
  }
});

t.test(
  'without a schema, and without the right to make one, migrate says which right is missing',
  async (t) => {
    const urls = await emptyDatabase(t);
    isFailure(
      t,
      await pilot(settingsOf(urls), 'migrate'),
      /does not have the permission that this command needs/,
    );
  },
);

t.test('a changed migration is said', async (t) => {
  const urls = await migratedDatabase(t);
  await withClient(urls.superuser, (client) =>
    client.query("UPDATE pilot.schema_migrations SET md5 = 'other' WHERE version = 1"),
  );
  isFailure(
    t,
    await pilot(settingsOf(urls), 'migrate'),
    /^Migration 1 \(foundation\) was changed after it was applied\.$/m,
  );
});

t.test('what Postgres says about a row stays out of the failure', async (t) => {
  const urls = await migratedDatabase(t);
  await withClient(urls.superuser, (client) =>
    client.query("ALTER TABLE pilot.organizations ADD CHECK (name <> 'Refused Name')"),
  );
  const outcome = await pilot(settingsOf(urls), 'org', 'create', '--name', 'Refused Name');
  isFailure(t, outcome, /^The database refused the command\. \(SQLSTATE 23514\)$/m);
  t.notMatch(outcome.stderr, /Refused Name/);
});
