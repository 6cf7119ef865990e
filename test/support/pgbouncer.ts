import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { serverAccount } from '../../src/database/embedded-programs.ts';
import { freePort } from './free-port.ts';

/** A real PgBouncer in transaction pooling. */
export interface PgBouncer {
  /** The given connection of `pilot_app`, through this PgBouncer. */
  url: string;
  /** What it said so far: connections that it opened, closed and found unclean. */
  lines: readonly string[];
  stop(): Promise<void>;
}

/** Debian keeps it out of the PATH of ordinary users. */
const PATH = `${process.env.PATH}:/usr/sbin`;

/** The version of the installed PgBouncer, "1.18.0"; undefined where there is none. */
export const pgBouncerVersion = /PgBouncer (\d+\.\d+\.\d+)/.exec(
  spawnSync('pgbouncer', ['--version'], { env: { PATH }, encoding: 'utf8' }).stdout ?? '',
)?.[1];

/** Starts PgBouncer on a free port, before the server of this URL, for the role in it; by default all clients share one server connection. */
export async function startPgBouncer(url: string, serverConnections = 1): Promise<PgBouncer> {
  const target = new URL(url);
  // It refuses to run as root, as PostgreSQL does.
  const account = await serverAccount();
  const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-pgbouncer-'));
  const port = await freePort();
  const users = join(directory, 'users.txt');
  const settings = join(directory, 'pgbouncer.ini');
  await writeFile(users, `"${target.username}" "${decodeURIComponent(target.password)}"\n`, { mode: 0o600 });
  await writeFile(
    settings,
    `[databases]
* = host=${target.hostname} port=${target.port || 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${serverConnections}
`,
  );
  if (account) for (const path of [users, settings]) await chown(path, account.uid, account.gid);
  await chmod(directory, 0o755);

  const child = spawn('pgbouncer', [settings], {
    ...account,
    env: { PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  const up = Promise.withResolvers<void>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (line.includes('process up')) up.resolve();
  });
  const ended = exited.then(() => {
    throw new Error(`PgBouncer did not start: ${lines.at(-1)}`);
  });
  await Promise.race([up.promise, ended]);

  target.host = `127.0.0.1:${port}`;
  return {
    url: target.href,
    lines,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
