import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import packageJson from '../../../package.json' with { type: 'json' };
import { jwtSecret, pepper } from '../../support/service.ts';

/** What is written to stderr before the service starts, by which is known that stderr was read. */
export const firstWords = 'The service is about to start.';

/** The service as `npm start` runs it, with all that it writes. */
export interface ServiceProcess {
  child: ChildProcess;
  url: string;
  /** Where operators find the metrics. */
  adminUrl: string;
  /** Resolves with the exit code when it has ended and everything that it wrote was read. */
  closed: Promise<number | null>;
  stdout(): string;
  stderr(): string;
  /** Resolves when this has been written to stdout. */
  logged(text: string): Promise<void>;
}

export async function startServiceProcess(
  t: Test,
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  // As much of a core dump as this machine lets anybody have, unless the script says otherwise.
  const command = `echo '${firstWords}' >&2; ulimit -S -c "$(ulimit -H -c)"; ${packageJson.scripts.start}`;
  const child = spawn('sh', ['-c', command], {
    cwd: fileURLToPath(new URL('../../../', import.meta.url)),
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      DATABASE_URL: databaseUrl,
      JWT_SECRET: jwtSecret,
      ENTITY_KEY_PEPPER: pepper,
      LOG_LEVEL: 'trace',
      PORT: '0',
      ADMIN_PORT: '0',
      RATE_LIMIT_EVENTS: '0',
      RATE_LIMIT_RECOMPUTE: '0',
      RATE_LIMIT_SCORECARD: '0',
      RATE_LIMIT_DECISIONS: '0',
      RATE_LIMIT_READS: '0',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  const closed = once(child, 'close').then(([code]): number | null => code);
  t.teardown(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  const ports = new Promise<{ port: string; adminPort: string }>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      written.stdout += text;
      const [, port, adminPort] =
        /"event":"service_started".*"port":(\d+),"admin_port":(\d+)/.exec(written.stdout) ?? [];
      if (port !== undefined && adminPort !== undefined) resolve({ port, adminPort });
    });
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    written.stderr += text;
  });
  const ended = closed.then((code) => {
    throw new Error(`The service did not start: exit code ${code}.`);
  });
  const { port, adminPort } = await Promise.race([ports, ended]);
  return {
    child,
    url: `http://127.0.0.1:${port}`,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    closed,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    async logged(text) {
      while (!written.stdout.includes(text)) await once(child.stdout, 'data');
    },
  };
}
