import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { readSettings } from '../../src/config.ts';
import { withClient } from '../../src/database/owner-connection.ts';
import { addMember, createCycle, createOrganization } from '../../src/database/provisioning.ts';
import { type RunningService, startService } from '../../src/service.ts';
import { makeToken } from '../../src/token.ts';
import { isSuccess, pilot, settingsOf } from '../cli/pilot.ts';
import { contactAttemptBody } from '../support/events.ts';
import { seedBothOrganizations } from '../support/seed.ts';
import { cycle, jwtSecret, pepper, service, startTestService } from '../support/service.ts';
import { type DatabaseUrls, makeTemplate } from '../support/template-database.ts';
import { startDebianServer, withoutDebianServer } from './support/debian-server.ts';

/** The way of docs/operations.md, "Backups", with the commands that stand there. */
const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

/** Runs the documented command that starts with these words; fails as it fails. */
async function runDocumented(words: string, directory: string, variables: Record<string, string>) {
  const [command] = page.match(new RegExp(`^${words} .*$`, 'm')) ?? [];
  if (!command) throw new Error(`docs/operations.md does not say "${words}".`);
  const env = { PATH: process.env.PATH, ...variables };
  return promisify(execFile)('sh', ['-euc', `umask 077\n${command}`], { cwd: directory, env });
}

async function scratchDirectory(t: Test, mode: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-backup-'));
  await chmod(directory, mode);
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

const start = (settings: Record<string, string>) =>
  startService(readSettings({ PORT: '0', LOG_LEVEL: 'silent', ...settings }));

/** Why a start is refused. One that is not is stopped again. */
const refusal = (settings: Record<string, string>) =>
  start(settings).then(
    (service) => service.stop().then(() => 'it started'),
    (error: Error) => error.message,
  );

async function send({ url }: RunningService, token: string, path: string, body?: unknown) {
  const response = await fetch(`${url}/api/v1/pilot${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return response.json();
}

/** What a recompute says, without the moments at which it and the one before happened. */
function figures(answer: unknown) {
  const moments = ['generated_at', 'calculated_at', 'previous'];
  return JSON.parse(JSON.stringify(answer), (key, value) => (moments.includes(key) ? undefined : value));
}

/** A digest of all rows of every table of the schema. */
async function contents(superuserUrl: string): Promise<Record<string, string>> {
  return withClient(superuserUrl, async (client) => {
    const tables = await client.query("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'pilot'");
    const digests: Record<string, string> = {};
    for (const { name } of tables.rows) {
      const { rows } = await client.query(
        `SELECT count(*) || ' ' || md5(coalesce(string_agg(r::text, E'\\n' ORDER BY r::text), '')) AS it FROM pilot.${name} AS r`,
      );
      digests[name] = rows[0].it;
    }
    return digests;
  });
}

t.test('with PostgreSQL’s own programs', { skip: withoutDebianServer }, async (t) => {
  const directory = await scratchDirectory(t, 0o700);
  const first = await startDebianServer(t);
  // What makes databases for tests makes them on this server.
  const template = await makeTemplate(first.superuserUrl, { owner: undefined, app: undefined });
  process.env.TEST_TEMPLATE = JSON.stringify(template.urls);
  const original = await startTestService(t);
  const { owner, orgA, urls } = original;
  await seedBothOrganizations(original);
  const known = contactAttemptBody(orgA, { id: randomUUID() });
  await owner.post('/events/contact-attempt', known);

  const secrets = { JWT_SECRET: jwtSecret, ENTITY_KEY_PEPPER: pepper };
  await (await start({ ...secrets, DATABASE_URL: urls.app })).stop();
  const recompute = { pilot_cycle_id: cycle, org_id: orgA };
  const computed = await owner.post('/metrics/recompute', recompute);

  const BACKUP_DATABASE_URL = as('pilot_backup', urls.superuser);
  const bootstrap = { ...settingsOf(urls), BOOTSTRAP_DATABASE_URL: urls.superuser };
  const dump = () => runDocumented('pg_dump', directory, { BACKUP_DATABASE_URL });

  await t.test('nobody can log in to dump before BACKUP_DATABASE_URL said with which password', async (t) => {
    const mayLogIn = async () => {
      const sql = "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'pilot_backup'";
      return (await withClient(urls.superuser, (client) => client.query(sql))).rows[0].rolcanlogin;
    };
    t.notOk(await mayLogIn(), 'also where the server asks for no password');
    await t.rejects(dump(), { message: /authentication failed|not permitted to log in/ });
    isSuccess(t, await pilot({ ...bootstrap, BACKUP_DATABASE_URL }, 'roles'));
    await dump();
  });

  await t.test('a dump that may not see everything fails instead of leaving something out', async (t) => {
    const whileIt = async (fault: string, cure: string) => {
      await withClient(urls.superuser, (client) => client.query(fault));
      await t.rejects(dump(), { code: 1 }, fault);
      await withClient(urls.superuser, (client) => client.query(cure));
    };
    await whileIt('ALTER ROLE pilot_backup NOBYPASSRLS', 'ALTER ROLE pilot_backup BYPASSRLS');
    for (const object of ['pilot_cycles', 'pilot_integration_feasibility_decisions_arrival_seq']) {
      await whileIt(
        `REVOKE SELECT ON pilot.${object} FROM pilot_backup`,
        `GRANT SELECT ON pilot.${object} TO pilot_backup`,
      );
    }
    const ownerUrl = { BACKUP_DATABASE_URL: urls.owner };
    await t.rejects(runDocumented('pg_dump', directory, ownerUrl), { message: /row-level security/ });
  });

  await t.test('verify names a role with which dumps would fail, or which could do more', async (t) => {
    const problems = async (fault: string, cure: string) => {
      await withClient(urls.superuser, (client) => client.query(fault));
      const { json } = await pilot(settingsOf(urls), 'verify', '--json');
      await withClient(urls.superuser, (client) => client.query(cure));
      return json.problems.join('\n');
    };
    t.match(
      await problems('ALTER ROLE pilot_backup NOBYPASSRLS', 'ALTER ROLE pilot_backup BYPASSRLS'),
      /role pilot_backup is a superuser, lacks BYPASSRLS/,
    );
    t.match(
      await problems('GRANT pilot_owner TO pilot_backup', 'REVOKE pilot_owner FROM pilot_backup'),
      /role pilot_backup is a member of another role/,
    );
  });

  await t.test('the service does not run as it', async (t) => {
    t.match(await refusal({ ...secrets, DATABASE_URL: BACKUP_DATABASE_URL }), /has BYPASSRLS/);
  });

  await dump();
  t.equal((await stat(join(directory, 'pilot.dump'))).mode & 0o777, 0o600);
  const dumped = await contents(urls.superuser);

  const second = await startDebianServer(t);
  await t.test('without a superuser, "roles" goes without the role and says so', async (t) => {
    await withClient(second.superuserUrl, async (client) => {
      await client.query("CREATE ROLE operator LOGIN CREATEROLE PASSWORD 'the password of operator'");
      await client.query('CREATE DATABASE managed OWNER operator');
    });
    const managed = databaseUrls(Object.assign(new URL(second.superuserUrl), { pathname: '/managed' }).href);
    const BOOTSTRAP_DATABASE_URL = as('operator', managed.superuser);
    const roles = await pilot({ ...settingsOf(managed), BOOTSTRAP_DATABASE_URL }, 'roles', '--json');
    isSuccess(t, roles);
    t.match(roles.json.skipped.join(), /role pilot_backup skipped: it needs a superuser/);
    await withClient(BOOTSTRAP_DATABASE_URL, (client) =>
      client.query('GRANT CREATE ON DATABASE managed TO pilot_owner'),
    );
    isSuccess(t, await pilot(settingsOf(managed), 'migrate'));
    t.equal((await pilot(settingsOf(managed), 'verify')).stdout, 'PASS\n');
  });

  await withClient(second.superuserUrl, (client) => client.query('CREATE DATABASE restored'));
  const restored = databaseUrls(Object.assign(new URL(second.superuserUrl), { pathname: '/restored' }).href);
  const restore = () => runDocumented('pg_restore', directory, { MIGRATION_DATABASE_URL: restored.owner });

  await t.test('a dump restored on another server has every row, and passes the verification', async (t) => {
    isSuccess(
      t,
      await pilot({ ...settingsOf(restored), BOOTSTRAP_DATABASE_URL: restored.superuser }, 'roles'),
    );
    await restore();
    t.same(await contents(restored.superuser), dumped);
    t.equal((await pilot(settingsOf(restored), 'verify')).stdout, 'PASS\n');
    t.equal((await pilot(settingsOf(restored), 'migrate')).stdout, 'Every migration was applied already.\n');
  });

  await t.test('a restore where the tables are there already changes nothing', async (t) => {
    await t.rejects(restore(), { message: /already exists/ });
    t.same(await contents(restored.superuser), dumped);
  });

  await t.test('with another key the service does not start on it, and says why', async (t) => {
    const settings = {
      ...secrets,
      ENTITY_KEY_PEPPER: 'another key of at least thirty-two bytes',
      DATABASE_URL: restored.app,
    };
    t.match(
      await refusal(settings),
      /^ENTITY_KEY_PEPPER is not the key that this database was written with\./,
    );
  });

  await t.test('with its key the service goes on where the dump was made', async (t) => {
    const running = await start({ ...secrets, DATABASE_URL: restored.app });
    t.teardown(() => running.stop());
    const call = (path: string, body?: unknown) => send(running, owner.token, path, body);
    const query = `?pilot_cycle_id=${cycle}&org_id=${orgA}`;
    const scorecard = await owner.get(`/metrics/scorecard${query}`);
    t.same(await call(`/metrics/scorecard${query}`), scorecard.body, 'the snapshots are there');
    t.same(figures(await call('/metrics/recompute', recompute)), figures(computed.body));

    t.match(await call('/events/contact-attempt', known), { status: 'replayed' });
    const again = contactAttemptBody(orgA, { id: randomUUID(), attempted_at: '2026-03-03T15:00:00Z' });
    await owner.post('/events/contact-attempt', again);
    t.match(await call('/events/contact-attempt', again), { status: 'created' });
    const [expected, found] = [
      (await owner.post('/metrics/recompute', recompute)).body,
      await call('/metrics/recompute', recompute),
    ].map(figures);
    t.same(found, expected);
    const repeatFailures = found.metrics.find((metric: { metric_id: string }) => metric.metric_id === 'M5');
    t.match(repeatFailures, { numerator: 1, denominator: 1 }, 'it is still the same person');
  });
});

function databaseUrls(superuser: string): DatabaseUrls {
  return { superuser, owner: as('pilot_owner', superuser), app: as('pilot_app', superuser) };
}

function as(role: string, superuserUrl: string): string {
  return Object.assign(new URL(superuserUrl), { username: role, password: `the password of ${role}` }).href;
}

t.test('a copy of DATA_DIR is the embedded database with its secrets', async (t) => {
  // Where only root may enter, the data are elsewhere and a link leads there.
  const directory = await scratchDirectory(t, 0o700);
  const DATA_DIR = join(directory, 'data');
  const COPY = join(await scratchDirectory(t, 0o755), 'copy');
  const first = await start({ DATA_DIR });
  if (!first.embedded) throw new Error('It does not run on its embedded database.');
  const { ownerUrl, secrets } = first.embedded;
  const orgId = await withClient(ownerUrl, async (client) => {
    const id = await createOrganization(client, 'Harbour Shelter', 'America/Toronto');
    await addMember(client, id, secrets.demoUserId, 'owner');
    await createCycle(client, cycle);
    await client.query(
      `INSERT INTO pilot.services (id, name, fields_present, has_place) VALUES ('${service}', 'One', '{}', true)`,
    );
    return id;
  });
  const token = await makeToken(secrets.jwtSecret, secrets.demoUserId, 3600);
  const attempt = contactAttemptBody(orgId, { id: randomUUID() });
  t.match(await send(first, token, '/events/contact-attempt', attempt), { status: 'created' });
  await first.stop();

  await runDocumented('cp', directory, { DATA_DIR, COPY });
  await rm(join(await realpath(join(DATA_DIR, 'postgres')), '..'), { recursive: true });
  await rm(DATA_DIR, { recursive: true, force: true });
  t.match(
    await refusal({ DATA_DIR: COPY, ENTITY_KEY_PEPPER: randomBytes(32).toString('hex') }),
    /^ENTITY_KEY_PEPPER is not the key/,
  );
  const second = await start({ DATA_DIR: COPY });
  t.teardown(() => second.stop());
  t.match(await send(second, token, '/events/contact-attempt', attempt), { status: 'replayed' });
});
