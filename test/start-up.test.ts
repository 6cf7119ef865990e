import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { withClient } from '../src/database/owner-connection.ts';
import { migratedDatabase } from './cli/pilot.ts';
import { startServiceProcess } from './soak/support/service-process.ts';
import { pgBouncerVersion, startPgBouncer } from './support/pgbouncer.ts';
import { jwtSecret, pepper } from './support/service.ts';
import { cloneDatabase, type DatabaseUrls } from './support/template-database.ts';

const server = new URL('../src/server.ts', import.meta.url).pathname;
const secrets = { JWT_SECRET: jwtSecret, ENTITY_KEY_PEPPER: pepper };

const run = (url: string, sql: string) => withClient(url, (client) => client.query(sql));

/** Starts the process with these settings, and waits for its end, which comes by force when it does start. */
async function startAndEnd(settings: Record<string, string>) {
  const environment = {
    PATH: process.env.PATH ?? '',
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
    PORT: '0',
    ...settings,
  };
  const child = spawn(process.execPath, [server], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const stdout: string[] = [];
  const stderr: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout.push(text);
    if (text.includes('service_started')) child.kill('SIGKILL');
  });
  child.stderr.setEncoding('utf8').on('data', (text) => stderr.push(text));
  const [code] = await once(child, 'close');
  const lines = stderr.join('').trimEnd().split('\n');
  return { code, lines, written: [...stdout, ...stderr].join('') };
}

/** Asserts that a start with these settings ends with 1 and one line that says why, and repeats nothing secret. */
async function refusesToStart(
  t: Test,
  settings: Record<string, string>,
  why: RegExp,
  what: string,
  secret: readonly string[] = [],
): Promise<void> {
  const { code, lines, written } = await startAndEnd(settings);
  const [line = '', ...others] = lines;
  t.equal(code, 1, `${what}: exit code`);
  t.match(line, /^The service does not start: [A-Z].*\.$/, `${what}: a sentence`);
  t.match(line, why, `${what}: says why`);
  t.same(others, [], `${what}: one line`);
  const passwords = Object.values(settings).flatMap((value) => /:([^:@/]+)@/.exec(value)?.[1] ?? []);
  for (const value of [...passwords, ...secret])
    t.notOk(written.includes(value), `${what}: no value is repeated`);
}

t.test('everything that is wrong with the settings is said at once, a line each', async (t) => {
  const bad = await startAndEnd({ PORT: 'tea-time', JWT_SECRET: 'too-short', RATE_LIMIT_EVENTS: '-1' });
  t.equal(bad.code, 1);
  t.equal(bad.lines.length, 3);
  t.match(bad.lines.join(' '), /PORT must be.*JWT_SECRET must be.*RATE_LIMIT_EVENTS must be/);
  t.notMatch(bad.written, /tea-time|too-short|-1/);

  const missing = await startAndEnd({ DATABASE_URL: 'postgresql://pilot_app:hush-hush@127.0.0.1:1/none' });
  t.equal(missing.code, 1);
  t.equal(missing.lines.length, 2);
  t.match(missing.lines.join(' '), /JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL.*ENTITY_KEY_PEPPER/);
});

t.test('settings that are weak or contradict each other stop the start', async (t) => {
  const nowhere = { ...secrets, DATABASE_URL: 'postgresql://pilot_app:hush-hush@127.0.0.1:1/none' };
  const weak = 'thirty-one bytes are not enough';
  const several = /Only one of JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL may be set/;
  const bad: Record<string, [RegExp, Record<string, string>]> = {
    'a weak secret': [/JWT_SECRET must be .* at least 32 bytes/, { JWT_SECRET: weak }],
    'a weak pepper': [/ENTITY_KEY_PEPPER must be .* at least 32 bytes/, { ENTITY_KEY_PEPPER: weak }],
    'no key': [/One of JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL must be set/, { JWT_SECRET: '' }],
    'two keys': [several, { JWT_JWKS_URL: 'https://id.example/keys' }],
    'no database': [/The database in DATABASE_URL cannot be reached/, {}],
  };
  for (const [what, [why, settings]] of Object.entries(bad)) {
    const values = [jwtSecret, pepper, ...Object.values(settings).filter((value) => value !== '')];
    await refusesToStart(t, { ...nowhere, ...settings }, why, what, values);
  }
});

/** A login role of the test's own, which goes when it ends. */
async function makeRole(t: Test, { superuser }: DatabaseUrls): Promise<{ role: string; url: string }> {
  const role = `start_up_${randomBytes(6).toString('hex')}`;
  const url = new URL(superuser);
  url.username = role;
  url.password = randomBytes(16).toString('hex');
  await run(superuser, `CREATE ROLE ${role} LOGIN PASSWORD '${url.password}'`);
  t.teardown(() =>
    run(superuser, `REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`),
  );
  return { role, url: url.href };
}

async function serverVersion({ superuser }: DatabaseUrls): Promise<number> {
  const { rows } = await run(superuser, "SELECT current_setting('server_version_num') AS version");
  return Number(rows[0]?.version);
}

t.test('a role that row-level security would not bind stops the start', async (t) => {
  const urls = await migratedDatabase(t);
  const granted = /is a member of another role/;
  const owns = /owns the schema or something else in the database/;
  const made: Record<string, [RegExp, string]> = {
    'with BYPASSRLS': [/has BYPASSRLS/, 'ALTER ROLE MADE BYPASSRLS'],
    'with REPLICATION': [/has REPLICATION/, 'ALTER ROLE MADE REPLICATION'],
    'with CREATEROLE': [/may create roles/, 'ALTER ROLE MADE CREATEROLE'],
    'that owns the database': [
      owns,
      `ALTER DATABASE ${new URL(urls.superuser).pathname.slice(1)} OWNER TO MADE`,
    ],
    'that owns one table': [owns, 'ALTER TABLE pilot.services OWNER TO MADE'],
    'that is a member of the owner': [granted, 'GRANT pilot_owner TO MADE'],
    'that is a member by way of a group': [granted, 'GRANT pilot_owner TO GROUP_; GRANT GROUP_ TO MADE'],
    ...((await serverVersion(urls)) < 160_000
      ? { 'that inherits nothing': [granted, 'ALTER ROLE MADE NOINHERIT; GRANT pilot_owner TO MADE'] }
      : {
          'that may only become the owner': [
            granted,
            'GRANT pilot_owner TO MADE WITH INHERIT FALSE, SET TRUE',
          ],
          'that may only grant the owner': [
            granted,
            'GRANT pilot_owner TO MADE WITH ADMIN TRUE, INHERIT FALSE, SET FALSE',
          ],
        }),
  };
  for (const [what, [why, sql]] of Object.entries(made)) {
    const [group, { role, url }] = [await makeRole(t, urls), await makeRole(t, urls)];
    await run(urls.superuser, sql.replaceAll('MADE', role).replaceAll('GROUP_', group.role));
    await refusesToStart(t, { ...secrets, DATABASE_URL: url }, why, `a role ${what}`, [role]);
  }

  const asApp = `${urls.superuser}?options=${encodeURIComponent('-c role=pilot_app')}`;
  const wrongPassword = urls.app.replace(/:[^:@]+@/, ':hush-hush@');
  const configured: Record<string, [RegExp, string]> = {
    'the superuser': [/is a superuser/, urls.superuser],
    'the superuser in the clothes of pilot_app': [/is a superuser/, asApp],
    'the owner': [owns, urls.owner],
    'a wrong password': [/does not accept the role or its password/, wrongPassword],
  };
  for (const [what, [why, url]] of Object.entries(configured))
    await refusesToStart(t, { ...secrets, DATABASE_URL: url }, why, what);
});

t.test('a table that lacks row-level security or FORCE stops the start, and is named', async (t) => {
  const urls = await migratedDatabase(t);
  const settings = { ...secrets, DATABASE_URL: urls.app };
  const undone: [string, string, string][] = [
    [
      'services',
      'ALTER TABLE pilot.services DISABLE ROW LEVEL SECURITY',
      'ALTER TABLE pilot.services ENABLE ROW LEVEL SECURITY',
    ],
    [
      'schema_migrations',
      'ALTER TABLE pilot.schema_migrations NO FORCE ROW LEVEL SECURITY',
      'ALTER TABLE pilot.schema_migrations FORCE ROW LEVEL SECURITY',
    ],
    ['added', 'CREATE TABLE pilot.added (id integer)', 'DROP TABLE pilot.added'],
    ['parted', 'CREATE TABLE pilot.parted (id integer) PARTITION BY LIST (id)', 'DROP TABLE pilot.parted'],
  ];
  for (const [table, sabotage, repair] of undone) {
    await run(urls.owner, sabotage);
    const why = new RegExp(`^[^:]*: Row-level security is not enabled and forced on: ${table}\\.`);
    await refusesToStart(t, settings, why, sabotage);
    await run(urls.owner, repair);
  }
});

t.test('a migration that is unknown, or was altered, stops the start', async (t) => {
  const urls = await migratedDatabase(t);
  const settings = { ...secrets, DATABASE_URL: urls.app };
  await run(urls.superuser, 'INSERT INTO pilot.schema_migrations VALUES (999, NULL, NULL, NULL)');
  const unknown = /The database has migration 999, which this version does not know\./;
  await refusesToStart(t, settings, unknown, 'an unknown migration');
  await refusesToStart(
    t,
    { ...settings, MIGRATION_DATABASE_URL: urls.owner, AUTO_MIGRATE: 'true' },
    unknown,
    'an unknown migration, with AUTO_MIGRATE',
  );
  await run(
    urls.superuser,
    `
    DELETE FROM pilot.schema_migrations WHERE version = 999;
    UPDATE pilot.schema_migrations SET md5 = md5('something else') WHERE version = 3;
  `,
  );
  await refusesToStart(
    t,
    settings,
    /Migration 3 differs from the one that was applied\./,
    'an altered migration',
  );
});

const forgetsPreparedStatements =
  pgBouncerVersion !== undefined && pgBouncerVersion.localeCompare('1.21', 'en', { numeric: true }) < 0;

t.test(
  'a pooler that forgets prepared statements stops the start, unless the service does without them',
  { skip: !forgetsPreparedStatements && 'needs a pgbouncer before 1.21, which is not installed' },
  async (t) => {
    const urls = await migratedDatabase(t);
    const bouncer = await startPgBouncer(urls.app);
    t.teardown(() => bouncer.stop());
    const settings = { ...secrets, DATABASE_URL: bouncer.url };
    await refusesToStart(t, settings, /Set DB_PREPARED_STATEMENTS=false\./, 'a pooler before 1.21');
  },
);

t.test('a provider that may issue tokens for other applications is warned of', async (t) => {
  const { urls, drop } = await cloneDatabase();
  t.teardown(drop);
  const provider = {
    JWT_SECRET: '',
    JWT_JWKS_URL: 'http://127.0.0.1:9/keys',
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_ID: 'pilot-dashboard',
  };
  for (const [more, warnings] of [
    [{}, 1],
    [{ JWT_AUDIENCE: 'pilot-evidence' }, 0],
  ] as const) {
    const service = await startServiceProcess(urls.app, { ...provider, ...more });
    const warned = service.lines.filter((line) => line.includes('"token_audience_unchecked"'));
    t.equal(warned.length, warnings);
    service.child.kill('SIGINT');
    t.equal(await service.exited, 0);
  }
});
