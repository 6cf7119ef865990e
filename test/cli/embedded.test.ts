import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import t from 'tap';
import { joinEmbeddedServer } from '../../src/database/embedded-server.ts';
import { withClient } from '../../src/database/owner-connection.ts';
import { isFailure, isSuccess, pilot } from './pilot.ts';

const user = '0190a6ef-1111-7000-8000-00000000000a';

t.test('everything works on the embedded database, running or not', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-cli-'));
  // The account that PostgreSQL runs as has to reach it when the tests run as root.
  await chmod(directory, 0o755);
  const DATA_DIR = join(directory, 'data');
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const run = (...words: string[]) => pilot({ DATA_DIR }, ...words);
  const isRunning = async (url: string) =>
    withClient(url, (client) => client.query('SELECT')).then(
      () => true,
      () => false,
    );

  const pending = await run('migrate', '--status', '--json');
  isSuccess(t, pending);
  t.ok(
    pending.json.migrations.every(({ state }: { state: string }) => state === 'pending'),
    'untouched by looking',
  );
  const created = await run('org', 'create', '--name', 'Harbour Shelter', '--json');
  isSuccess(t, created);
  t.equal((await run('verify')).stdout, 'PASS\n');

  const server = await joinEmbeddedServer(DATA_DIR);
  const listed = await run('org', 'list', '--json');
  isSuccess(t, listed);
  t.equal(listed.json.organizations[0].org_id, created.json.org_id, 'the data survived');
  t.match(await run('roles', '--json'), { code: 0, json: { applied: true } });
  t.match(await run('preflight', '--depth', 'full', '--json'), { code: 0, json: { depth: 'full' } });
  t.match(await run('migrate', '--json'), { code: 0, json: { applied: [] } });

  const { json } = await run('token', '--user', user, '--json');
  const key = new TextEncoder().encode(server.secrets.jwtSecret);
  t.equal((await jwtVerify(json.token, key)).payload.sub, user);

  const facts = join(directory, 'facts.json');
  await writeFile(
    facts,
    '[{"id":"one","name":"One","category":null,"verification_level":null,"verified_on":null,"fields_present":[],"has_place":false}]',
  );
  t.match(await run('services', 'import', facts, '--json'), { code: 0, json: { added: 1 } });
  isSuccess(t, await run('cycle', 'create', '--id', 'spring'));
  const window = ['--start', '2026-02-02', '--end', '2026-03-02', '--out', directory];
  const measured = await run(
    'baseline',
    '--cycle',
    'spring',
    '--org',
    created.json.org_id,
    ...window,
    '--json',
  );
  t.match(measured, { code: 0, json: { metrics: { length: 9 } } });
  t.match(await run('cycle', 'create', '--id', 'c'), { code: 0 });
  const scope = join(directory, 'scope.txt');
  await writeFile(scope, 'one\ntwo\n');
  t.match(
    await run('readiness', '--cycle', 'c', '--scope-file', scope, '--out', join(directory, 'out'), '--json'),
    { code: 0, json: { totals: { in_directory: 1, unmatched: 1 } } },
  );
  t.ok(await isRunning(server.ownerUrl), 'a command leaves a server that others use');

  await server.leave();
  const failed = await run('member', 'add', '--org', user, '--user', user, '--role', 'viewer');
  isFailure(t, failed, /^There is no organisation with the id in --org/);
  t.notOk(await isRunning(server.ownerUrl), 'a command that failed leaves as well');
});

t.test('a directory that cannot hold a database is said', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-cli-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'file');
  await writeFile(file, '');
  isFailure(
    t,
    await pilot({ DATA_DIR: join(file, 'data') }, 'org', 'list'),
    /^The embedded database cannot be used here/,
  );
});
