import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runAs, serverAccount, serverPrograms } from '../../../src/database/embedded-programs.ts';
import { freePort } from '../../support/free-port.ts';
import { type DatabaseUrls, makeTemplate } from '../../support/template-database.ts';

/** A PostgreSQL of the scenario's own, as durable as in production, that may be killed, frozen and started again. */
export interface Cluster {
  /** A migrated database in it. */
  urls: DatabaseUrls;
  port: number;
  logFile: string;
  /** kill -9 of every process of the server; resolves when all are gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port; resolves when it accepts connections. */
  start(): Promise<void>;
  /** SIGSTOP of every process of the server, until `thaw`. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Stops it for good and removes its files. */
  remove(): Promise<void>;
}

export async function startCluster(settings: Readonly<Record<string, string>> = {}): Promise<Cluster> {
  const account = await serverAccount();
  const { initdb, pgCtl } = await serverPrograms(account);
  const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-soak-'));
  await chmod(directory, 0o755);
  const data = join(directory, 'data');
  const logFile = join(directory, 'server.log');
  const passwordFile = join(directory, 'password');
  const password = randomBytes(16).toString('hex');
  const port = await freePort();
  await writeFile(passwordFile, password);
  await writeFile(logFile, '');
  if (account) {
    for (const path of [directory, passwordFile, logFile]) await chown(path, account.uid, account.gid);
  }
  await runAs(account, initdb, [
    `--pgdata=${data}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
  ]);
  const options = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
  const flags = Object.entries(options).map(([name, value]) => `-c ${name}='${value}'`);

  const start = async () => {
    const parameters = [
      'start',
      '--wait',
      '--timeout=60',
      '--silent',
      `--pgdata=${data}`,
      `--log=${logFile}`,
    ];
    await runAs(account, pgCtl, [...parameters, `--options=-p ${port} ${flags.join(' ')}`]);
  };
  const signalAll = async (signal: NodeJS.Signals) => {
    const postmaster = Number((await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
    const processes = [postmaster, ...(await childrenOf(postmaster))];
    for (const pid of processes) if (isAlive(pid)) process.kill(pid, signal);
    return processes;
  };
  await start();
  const superuserUrl = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  const { urls } = await makeTemplate(superuserUrl, { owner: undefined, app: undefined });

  return {
    urls,
    port,
    logFile,
    start,
    async kill() {
      // Stopped first, so that none of them starts another one meanwhile.
      await signalAll('SIGSTOP');
      const killed = await signalAll('SIGKILL');
      while (killed.some(isAlive)) await setTimeout(10);
    },
    async freeze() {
      await signalAll('SIGSTOP');
    },
    async thaw() {
      await signalAll('SIGCONT');
    },
    async remove() {
      // It does not run where a scenario failed between killing and starting it.
      await Promise.allSettled([
        runAs(account, pgCtl, ['stop', '--mode=immediate', '--silent', `--pgdata=${data}`]),
      ]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Runs `work` with a PostgreSQL that is as durable as in production. */
export async function withCluster<Result>(work: (cluster: Cluster) => Promise<Result>): Promise<Result> {
  const cluster = await startCluster();
  try {
    return await work(cluster);
  } finally {
    await cluster.remove();
  }
}

/** The processes whose parent is `pid`, as Linux knows them. */
async function childrenOf(pid: number): Promise<number[]> {
  const children: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [, parent] = /\) \S (\d+)/.exec(stat) ?? [];
    if (Number(parent) === pid) children.push(Number(name));
  }
  return children;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
