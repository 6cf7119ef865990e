import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { cloneDatabase } from './support/template-database.ts';

const server = new URL('../src/server.ts', import.meta.url).pathname;

interface Running {
  child: ChildProcess;
  url: string;
  token: string;
  orgId: string;
}

async function dataDirectory(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-server-'));
  await chmod(directory, 0o755);
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function run(settings: Record<string, string>): ChildProcess {
  const environment = { PATH: process.env.PATH ?? '', PORT: '0', ...settings };
  return spawn(process.execPath, [server], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Starts the process on its embedded database and reads from its greeting how to call it. */
async function start(directory: string): Promise<Running> {
  const child = run({ DATA_DIR: directory });
  let greeting = '';
  if (!child.stderr) throw new Error('no stderr');
  for await (const line of createInterface(child.stderr)) {
    greeting += `${line}\n`;
    if (line.startsWith('curl')) break;
  }
  const [, url = ''] = /listening on (\S+)/.exec(greeting) ?? [];
  const [, orgId = ''] = /organisation ([0-9a-f-]{36})/.exec(greeting) ?? [];
  const [, token = ''] = /^TOKEN=(eyJ\S+)$/m.exec(greeting) ?? [];
  return { child, url, token, orgId };
}

async function stop({ child }: Running, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  const [code] = await once(child, 'exit');
  return code;
}

/** What a start that fails prints, line by line, and its exit code. */
async function failure(settings: Record<string, string>): Promise<{ code: number; lines: string[] }> {
  const child = run(settings);
  const errors: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
  const [code] = await once(child, 'close');
  return { code, lines: Buffer.concat(errors).toString().trimEnd().split('\n') };
}

t.test(
  'with nothing configured it starts, says how to call it, stops on a signal, and keeps its data',
  async (t) => {
    const directory = await dataDirectory(t);
    const call = async ({ url, token, orgId }: Running, method: string, path: string) => {
      const body = JSON.stringify({ pilot_cycle_id: 'demo-cycle', org_id: orgId });
      const response = await fetch(`${url}/api/v1/pilot${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(method === 'POST' && { body }),
      });
      return response.status;
    };
    const first = await start(directory);
    t.equal(await call(first, 'POST', '/metrics/recompute'), 200);
    t.equal(await stop(first, 'SIGTERM'), 0);

    const second = await start(directory);
    t.equal(second.orgId, first.orgId);
    const query = `?pilot_cycle_id=demo-cycle&org_id=${first.orgId}`;
    t.equal(
      await call({ ...second, token: first.token }, 'GET', `/metrics/scorecard${query}`),
      200,
      'snapshots are there',
    );
    t.equal((await fetch(`${second.url}/readyz`)).status, 200);
    t.equal(await stop(second, 'SIGINT'), 0);
  },
);

t.test('a killed service leaves a database that the next start joins', async (t) => {
  const directory = await dataDirectory(t);
  const first = await start(directory);
  await stop(first, 'SIGKILL');
  const second = await start(directory);
  t.equal((await fetch(`${second.url}/readyz`)).status, 200);
  t.equal(await stop(second, 'SIGTERM'), 0);
});

t.test('bad settings stop the start with one line each, and none repeats a value', async (t) => {
  const { code, lines } = await failure({
    PORT: 'tea-time',
    JWT_SECRET: 'too-short',
    RATE_LIMIT_EVENTS: '-1',
  });
  t.equal(code, 1);
  t.equal(lines.length, 3);
  t.match(lines.join(' '), /PORT must be.*JWT_SECRET must be.*RATE_LIMIT_EVENTS must be/);
  t.notMatch(lines.join('\n'), /tea-time|too-short|-1/);
});

t.test('with a DATABASE_URL the secrets have to be given', async (t) => {
  const { urls, drop } = await cloneDatabase();
  t.teardown(drop);
  const missing = await failure({ DATABASE_URL: urls.app });
  t.equal(missing.code, 1);
  t.match(missing.lines.join(' '), /JWT_SECRET, JWT_PUBLIC_KEY and JWT_JWKS_URL.*ENTITY_KEY_PEPPER/);
});

t.test('it does not start as a superuser or the owner, nor without a database', async (t) => {
  const { urls, drop } = await cloneDatabase();
  t.teardown(drop);
  const secrets = { JWT_SECRET: 'x'.repeat(32), ENTITY_KEY_PEPPER: 'y'.repeat(32) };
  const as = (url: string) => failure({ ...secrets, DATABASE_URL: url });
  t.match((await as(urls.superuser)).lines[0], /superuser/);
  t.match((await as(urls.owner)).lines[0], /owns the schema/);
  const nowhere = await as('postgresql://pilot_app:secret-word@127.0.0.1:1/none');
  t.equal(nowhere.code, 1);
  t.match(nowhere.lines[0], /database/);
  t.notMatch(nowhere.lines.join('\n'), /secret-word/);
});
