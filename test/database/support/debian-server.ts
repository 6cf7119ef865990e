import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';

/** Why there is no such server here, or false when there is: pg_dump has to be as new as the server that it dumps. */
export const withoutDebianServer =
  globSync('/usr/lib/postgresql/*/bin/initdb').length === 0 &&
  'needs the PostgreSQL server of a Debian package, which brings a pg_dump that fits it';

/** A throw-away server of the Debian package. It goes with the end of the test, or of this process. */
export async function startDebianServer(t: Test): Promise<{ superuserUrl: string }> {
  const printUrl = 'echo "postgresql://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/postgres"';
  const options = ['-t', '-o', 'fsync=off', '-i', '--encoding=UTF8 --locale=C'];
  const child = spawn('pg_virtualenv', [...options, 'sh', '-c', `${printUrl}; cat`], {
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  });
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('postgresql://')) return { superuserUrl: line };
  }
  throw new Error('The server of the Debian package did not start.');
}
