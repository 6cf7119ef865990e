import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';

const server = new URL('../src/server.ts', import.meta.url).pathname;

interface Running {
  child: ChildProcess;
  url: string;
  link: string;
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
  const [, link = ''] = /dashboard at (\S+)/.exec(greeting) ?? [];
  const [, token = ''] = /^TOKEN=(eyJ\S+)$/m.exec(greeting) ?? [];
  return { child, url, link, token, orgId };
}

async function stop({ child }: Running, signal: NodeJS.Signals): Promise<number | null> {
  child.kill(signal);
  const [code] = await once(child, 'exit');
  return code;
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
    t.equal(first.link, `${first.url}/dashboard#token=${first.token}`);
    t.equal((await fetch(first.link)).status, 200);
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
