import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { withClient } from '../../src/database/owner-connection.ts';
import { applyRoles } from '../../src/database/roles.ts';
import { cloneDatabase, type DatabaseUrls } from '../support/template-database.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  /** Without what shows progress, which depends on how long things take. */
  stderr: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every shape
  json: any;
}

type Environment = Readonly<Record<string, string>>;

/** Runs a command as people do, in a process of its own that knows no settings but these. */
export function pilot(environment: Environment, ...words: string[]): Promise<Outcome> {
  return startPilot(environment, ...words).outcome;
}

/** The same with the process, for what happens to it in the middle. */
export function startPilot(
  environment: Environment,
  ...words: string[]
): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [main, ...words], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text) => stdout.push(text));
  child.stderr.setEncoding('utf8').on('data', (text) => stderr.push(text));
  const outcome = once(child, 'close').then(([code]) => {
    const written = stdout.join('');
    return {
      code,
      stdout: written,
      stderr: stderr.join('').replace(/^- .*\n/gm, ''),
      json: words.includes('--json') && written ? JSON.parse(written) : undefined,
    };
  });
  return { child, outcome };
}

/** The settings with which commands work on a database. */
export function settingsOf(urls: DatabaseUrls): Record<string, string> {
  return { DATABASE_URL: urls.app, MIGRATION_DATABASE_URL: urls.owner };
}

export async function migratedDatabase(t: Test): Promise<DatabaseUrls> {
  const { urls, drop } = await cloneDatabase();
  t.teardown(drop);
  return urls;
}

/** A database without the schema; the roles are there, because they belong to the whole server. */
export async function emptyDatabase(t: Test): Promise<DatabaseUrls> {
  const { urls, drop } = await cloneDatabase({ migrated: false });
  t.teardown(drop);
  return urls;
}

/** A database with the schema and nothing in it, ready to be migrated. */
export async function preparedDatabase(t: Test): Promise<DatabaseUrls> {
  const urls = await emptyDatabase(t);
  const password = (url: string) => new URL(url).password;
  await withClient(urls.superuser, (client) => applyRoles(client, password(urls.owner), password(urls.app)));
  return urls;
}

/** Expects a failure as people must meet it: nothing on stdout, and one clear line on stderr. */
export function isFailure(t: Test, outcome: Outcome, line: RegExp): void {
  t.equal(outcome.code, 1, 'it exits with 1');
  t.equal(outcome.stdout, '', 'stdout is empty');
  t.match(outcome.stderr, /^[^\n]+\n$/, 'stderr has one line');
  t.match(outcome.stderr, line);
}

/** Expects a success without a word on stderr. */
export function isSuccess(t: Test, outcome: Outcome): void {
  t.equal(outcome.stderr, '', 'stderr is empty');
  t.equal(outcome.code, 0, 'it exits with 0');
}
