import type pg from 'pg';
import { readSettings, type Settings } from '../config.ts';
import { evaluator, inOneTransaction, nobody } from '../database/database.ts';
import { type EmbeddedServer, joinEmbeddedServer } from '../database/embedded-server.ts';
import { toStorageFailure } from '../database/failures.ts';
import { migrate } from '../database/migrations.ts';
import { withClient } from '../database/owner-connection.ts';
import type { Transaction } from '../database/tenant-transaction.ts';
import { CommandFailure, invocation } from './failure.ts';
import type { Progress } from './progress.ts';

type UrlSetting = 'DATABASE_URL' | 'MIGRATION_DATABASE_URL' | 'BOOTSTRAP_DATABASE_URL';

type Work<Result> = (client: pg.Client, url: string) => Promise<Result>;

/** As long as a statement of a command may take, which nobody waits for but the one who called it. */
const statementTimeoutMs = 600_000;

/** How a command wants to find the embedded database: migrated like the service would, or untouched. */
export type Preparation = 'migrated' | 'as it is';

/** Whether commands work on the embedded database: no other one is named. */
export function isEmbedded(settings: Settings): boolean {
  return !settings.DATABASE_URL && !settings.MIGRATION_DATABASE_URL;
}

/** Works as `pilot_owner`. Any other role is refused: what it made would not be bound by the policies. */
export async function asOwner<Result>(
  progress: Progress,
  work: Work<Result>,
  preparation: Preparation = 'migrated',
): Promise<Result> {
  const settings = readSettings();
  if (isEmbedded(settings)) {
    return onEmbedded(settings, progress, preparation, ({ ownerUrl }) =>
      withClient(ownerUrl, (client) => work(client, ownerUrl)),
    );
  }
  return onServer(settings, 'MIGRATION_DATABASE_URL', async (client, url) => {
    const { rows } = await client.query("SELECT current_user = 'pilot_owner' AS owner");
    if (!rows[0]?.owner)
      throw new CommandFailure('MIGRATION_DATABASE_URL must connect as the role pilot_owner.');
    return work(client, url);
  });
}

/** Works as `pilot_owner` with the statements of the service, in one transaction that sees one state. */
export function inOwnerTransaction<Result>(
  progress: Progress,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const options = { userId: nobody, mode: 'snapshot', statementTimeoutMs } as const;
  return asOwner(progress, (_client, url) => inOneTransaction(url, options, work));
}

/** Looks at the database, with the first of these URLs that is set; at the embedded one with all rights. */
export async function asObserver<Result>(
  progress: Progress,
  names: readonly UrlSetting[],
  preparation: Preparation,
  work: Work<Result>,
): Promise<Result> {
  const settings = readSettings();
  const name = names.find((candidate) => settings[candidate]);
  if (name) return onServer(settings, name, work);
  return onEmbedded(settings, progress, preparation, ({ superuserUrl }) =>
    withClient(superuserUrl, (client) => work(client, superuserUrl)),
  );
}

/**
 * Reads what the service keeps, of all organisations, as the evaluator: `pilot_app` in one READ ONLY transaction, so that
 * nothing can be written, whatever `work` does.
 */
export async function asEvaluator<Result>(
  progress: Progress,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const settings = readSettings();
  const options = { userId: evaluator, mode: 'read', statementTimeoutMs } as const;
  if (isEmbedded(settings)) {
    return onEmbedded(settings, progress, 'migrated', ({ appUrl }) =>
      inOneTransaction(appUrl, options, work),
    );
  }
  return onServer(settings, 'DATABASE_URL', (_client, url) => inOneTransaction(url, options, work));
}

/** Runs one read-only script in a transaction that could not write, and returns its rows. */
export async function runReadOnly(client: pg.Client, sql: string): Promise<unknown[]> {
  await client.query("BEGIN READ ONLY; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '60s'");
  try {
    const { rows } = await client.query(sql);
    return rows;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Connects with the URL in one setting. */
export async function onServer<Result>(
  settings: Settings,
  name: UrlSetting,
  work: Work<Result>,
): Promise<Result> {
  const url = settings[name];
  if (!url) throw new CommandFailure(`${name} must be set.`);
  let reached = false;
  try {
    return await withClient(url, (client) => {
      reached = true;
      return work(client, url);
    });
  } catch (error) {
    throw reached ? error : new CommandFailure(whyNotReached(name, toStorageFailure(error).sqlstate));
  }
}

function whyNotReached(name: UrlSetting, sqlstate: string | undefined): string {
  if (sqlstate?.startsWith('28')) {
    return `The database in ${name} does not accept the role or its password; "${invocation} roles" makes the two roles.`;
  }
  if (sqlstate === '3D000') return `The database in ${name} does not exist on its server.`;
  if (sqlstate === '53300') return `The database in ${name} has no connection free.`;
  return `The database in ${name} cannot be reached.`;
}

/** Starts or joins the embedded server for as long as `work` takes, and leaves it also on a failure or a signal. */
export async function onEmbedded<Result>(
  settings: Settings,
  progress: Progress,
  preparation: Preparation,
  work: (server: EmbeddedServer) => Promise<Result>,
): Promise<Result> {
  progress.say('Starting the embedded database');
  const joining = joinEmbeddedServer(settings.DATA_DIR);
  const leaveAndExit = () => {
    const exit = () => process.exit(1);
    joining.then((server) => server.leave()).then(exit, exit);
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, leaveAndExit);
  const server = await joining.catch((error: unknown) => {
    const isSentence = error instanceof Error && !('code' in error);
    throw new CommandFailure(
      isSentence
        ? error.message
        : 'The embedded database cannot be used here; set DATABASE_URL and MIGRATION_DATABASE_URL to name another one.',
    );
  });
  try {
    if (preparation === 'migrated') {
      progress.say('Migrating the embedded database');
      await withClient(server.ownerUrl, (client) => migrate(client));
    }
    progress.say('Working on the embedded database');
    return await work(server);
  } finally {
    for (const signal of signals) process.off(signal, leaveAndExit);
    await server.leave();
  }
}
