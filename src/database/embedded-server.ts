import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import {
  type Account,
  isReachable,
  type Programs,
  rootBase,
  runAs,
  serverAccount,
  serverPrograms,
} from './embedded-programs.ts';
import { type EmbeddedSecrets, loadSecrets } from './embedded-secrets.ts';
import { applyRoles } from './roles.ts';

const databaseName = 'pilot_evidence';
const superuser = 'postgres';
const usersLock = 7_415_512;
const preparationLock = 7_415_513;
const mostAttempts = 10;
const attemptsWithOldPort = 9;
const restartPauseMs = 500;

export interface EmbeddedServer {
  superuserUrl: string;
  ownerUrl: string;
  appUrl: string;
  secrets: EmbeddedSecrets;
  logFile: string;
  /** Leaves the server; the last process to leave stops it. */
  leave(): Promise<void>;
}

export interface EmbeddedOptions {
  /** false only for throw-away test databases: no fsync */
  durable?: boolean;
  /** Called when the server had died and was started again. */
  onRestart?: () => void;
}

/**
 * Starts the private PostgreSQL in `dataDir`, or joins the one that already runs there (spec 4.5), with both roles and an
 * empty database. Runs it as the `postgres` user when this process is root, because PostgreSQL refuses root. Starts it
 * again, on the same port, when it dies before `leave`.
 * @throws Error with one sentence that says what could not be started and where its log is
 */
export async function joinEmbeddedServer(
  dataDir: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedServer> {
  const directory = resolve(dataDir);
  const account = await serverAccount();
  const programs = await serverPrograms(account);
  await fs.mkdir(directory, { recursive: true });
  const secrets = await loadSecrets(directory);
  const link = join(directory, 'postgres');
  if (!existsSync(link))
    await initialise(directory, link, programs, account, secrets, options.durable ?? true);
  const cluster = await fs.realpath(link);
  const logFile = join(cluster, 'server.log');

  // Another process may start or stop the same server at this moment, or a killed one's children may not have gone yet;
  // whoever comes second joins or starts again.
  for (let attempt = 1; ; attempt++) {
    const lock = await readLockFile(cluster);
    // A lock file may be left over, with a number that another process has by now: only the first look believes it. The port
    // in it is taken again, because processes that were using a server that died look for it there.
    const port =
      attempt === 1 && lock?.isRunning
        ? lock.port
        : await start(
            programs,
            account,
            cluster,
            logFile,
            (attempt < attemptsWithOldPort && lock?.port) || (await freePort()),
          );
    try {
      const holder = await hold(urlOf(superuser, secrets.superuserPassword, port, 'postgres'));
      await prepareDatabase(holder, secrets, port).catch(async (error: unknown) => {
        await holder.end();
        throw error;
      });
      return {
        superuserUrl: urlOf(superuser, secrets.superuserPassword, port, databaseName),
        ownerUrl: urlOf('pilot_owner', secrets.ownerPassword, port, databaseName),
        appUrl: urlOf('pilot_app', secrets.appPassword, port, databaseName),
        secrets,
        logFile,
        leave: keepAlive(holder, {
          hold: () => hold(urlOf(superuser, secrets.superuserPassword, port, 'postgres')),
          start: () => start(programs, account, cluster, logFile, port),
          stop: () => stop(programs, account, cluster),
          onRestart: options.onRestart,
        }),
      };
    } catch (cause) {
      if (attempt === mostAttempts)
        throw new Error(`The embedded PostgreSQL did not start; its log is ${logFile}.`, { cause });
      await setTimeout(attempt * 100);
    }
  }
}

function urlOf(user: string, password: string, port: number, database: string): string {
  return `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
}

/** Makes the cluster under another name and then puts it in place at once, so that a killed start leaves no half of one. */
async function initialise(
  directory: string,
  link: string,
  { initdb }: Programs,
  account: Account,
  secrets: EmbeddedSecrets,
  durable: boolean,
): Promise<void> {
  const here = await isReachable(directory, account);
  const base = here ? directory : rootBase;
  await fs.mkdir(base, { recursive: true });
  const draft = await fs.mkdtemp(join(base, 'postgres-'));
  const passwordFile = join(draft, 'password');
  const cluster = join(draft, 'cluster');
  await fs.writeFile(passwordFile, `${secrets.superuserPassword}\n`, { mode: 0o600 });
  await fs.mkdir(cluster, { mode: 0o700 });
  if (account)
    for (const path of [draft, passwordFile, cluster]) await fs.chown(path, account.uid, account.gid);
  await runAs(account, initdb, [
    `--pgdata=${cluster}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    ...(durable ? [] : ['--no-sync']),
  ]);
  await fs.rm(passwordFile);
  await fs.appendFile(join(cluster, 'postgresql.conf'), clusterSettings(durable));
  const settled = here ? fs.rename(cluster, link).then(() => fs.rmdir(draft)) : fs.symlink(cluster, link);
  await settled.catch(async (error: NodeJS.ErrnoException) => {
    await fs.rm(draft, { recursive: true, force: true });
    if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error;
  });
}

function clusterSettings(durable: boolean): string {
  const settings = [
    "listen_addresses = '127.0.0.1'",
    "unix_socket_directories = ''",
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    'log_error_verbosity = terse',
    'log_parameter_max_length = 0',
    'log_min_error_statement = panic',
    ...(durable
      ? []
      : ['fsync = off', 'synchronous_commit = off', 'full_page_writes = off', 'max_connections = 300']),
  ];
  return `\n# Set when the cluster was made.\n${settings.join('\n')}\n`;
}

/** What the server's lock file says, and whether that is true of a process that is alive; undefined without such a file. */
async function readLockFile(cluster: string): Promise<{ port: number; isRunning: boolean } | undefined> {
  const lockFile = await fs.readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port, , , , status] = lockFile.split('\n');
  if (!pid || !port) return undefined;
  return { port: Number(port), isRunning: status?.trim() === 'ready' && isAlive(Number(pid)) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('No free loopback port was found.');
  return address.port;
}

/** Starts the server with pg_ctl, which gives it a session of its own: a Ctrl-C meant for us does not reach it. */
async function start(
  { pgCtl }: Programs,
  account: Account,
  cluster: string,
  logFile: string,
  port: number,
): Promise<number> {
  const parameters = [
    'start',
    '--wait',
    '--timeout=60',
    `--pgdata=${cluster}`,
    `--log=${logFile}`,
    '--silent',
  ];
  const isStarted = await runAs(account, pgCtl, [...parameters, `--options=-p ${port}`]).then(
    () => true,
    () => false,
  );
  if (isStarted) return port;
  // Another process may have been faster; whether there is a server is found out by connecting to it.
  const lock = await readLockFile(cluster);
  return lock?.isRunning ? lock.port : port;
}

/** A connection that counts as one user of the server for as long as it is open. */
async function hold(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock_shared($1)', [usersLock]);
    return client;
  } catch (error) {
    await Promise.allSettled([client.end()]);
    throw error;
  }
}

/** Makes the database where it is not there yet, and the roles what they should be; processes that come together do it one by one. */
async function prepareDatabase(holder: pg.Client, secrets: EmbeddedSecrets, port: number): Promise<void> {
  await holder.query('SELECT pg_advisory_lock($1)', [preparationLock]);
  const { rowCount } = await holder.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
  if (rowCount === 0) {
    await holder.query(`CREATE DATABASE ${databaseName}`).catch((error) => {
      if (!(error instanceof pg.DatabaseError && (error.code === '42P04' || error.code === '23505')))
        throw error;
    });
  }
  const client = new pg.Client({
    connectionString: urlOf(superuser, secrets.superuserPassword, port, databaseName),
  });
  await client.connect();
  try {
    await applyRoles(client, secrets.ownerPassword, secrets.appPassword);
  } finally {
    await client.end();
    await holder.query('SELECT pg_advisory_unlock($1)', [preparationLock]);
  }
}

async function stop({ pgCtl }: Programs, account: Account, cluster: string): Promise<void> {
  await runAs(account, pgCtl, ['stop', '--wait', '--mode=fast', `--pgdata=${cluster}`, '--silent']);
}

interface Upkeep {
  hold(): Promise<pg.Client>;
  start(): Promise<unknown>;
  stop(): Promise<void>;
  onRestart: (() => void) | undefined;
}

/**
 * Watches over a server through the connection that holds it, and starts it again when it dies.
 * @returns what to call to leave it; the last one out turns off the light: stops it unless another process still holds it
 */
function keepAlive(first: pg.Client, { hold, start, stop, onRestart }: Upkeep): () => Promise<void> {
  const leaving = new AbortController();
  let holder = first;
  let reviving: Promise<void> | undefined;

  const revive = async () => {
    while (!leaving.signal.aborted) {
      await start();
      try {
        holder = await hold();
        watch();
        return onRestart?.();
      } catch {
        // Not yet: what the dead one left behind may still have to go.
        await setTimeout(restartPauseMs);
      }
    }
  };
  const watch = () => {
    holder.once('end', () => {
      if (!leaving.signal.aborted) reviving = revive();
    });
  };
  watch();

  return async () => {
    leaving.abort();
    await reviving;
    const alone = await holder
      .query('SELECT pg_advisory_unlock_shared($1)', [usersLock])
      .then(() => holder.query('SELECT pg_try_advisory_lock($1) AS alone', [usersLock]))
      .then(
        ({ rows }) => rows[0]?.alone === true,
        () => false,
      );
    try {
      if (alone) await stop();
    } finally {
      await holder.end();
    }
  };
}
