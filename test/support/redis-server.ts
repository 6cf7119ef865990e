import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import type { Test } from 'tap';
import { freePort } from './free-port.ts';

/** The first of these programs that is installed; undefined where there is none. */
const program = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);

/** For tap: why tests that need a Redis or Valkey server are skipped here, or false. */
export const skipWithoutRedis =
  program === undefined && 'needs redis-server or valkey-server, which is not installed';

/** A real Redis or Valkey server that keeps nothing on disk, on a port that stays its own. */
export interface RedisServer {
  url: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Freezes and thaws the process (SIGSTOP, SIGCONT): connections stay open, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** One command on a connection of its own. */
  command(name: string, ...args: readonly string[]): Promise<unknown>;
}

/** Makes a server that is not yet started; it ends with the test. */
export async function redisServer(t: Test, password = ''): Promise<RedisServer> {
  const port = await freePort();
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--requirepass', password];
  let child: ChildProcess | undefined;

  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const started = spawn(program ?? '', options, { stdio: ['ignore', 'pipe', 'ignore'] });
      child = started;
      const ready = Promise.withResolvers<void>();
      createInterface({ input: started.stdout }).on('line', (line) => {
        if (line.includes('Ready to accept connections')) ready.resolve();
      });
      const ended = once(started, 'exit').then(() => {
        throw new Error(`${program} did not start.`);
      });
      await Promise.race([ready.promise, ended]);
    },
    async kill() {
      if (!child) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      child = undefined;
      await exited;
    },
    freeze() {
      child?.kill('SIGSTOP');
    },
    thaw() {
      child?.kill('SIGCONT');
    },
    async command(name, ...args) {
      const client = new Redis({ port, host: '127.0.0.1', password });
      return client.call(name, ...args).finally(() => client.disconnect());
    },
  };
  t.teardown(() => server.kill());
  return server;
}
