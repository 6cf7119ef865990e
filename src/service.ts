import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.ts';
import { systemClock } from './clock.ts';
import { type ServiceConfig, type Settings, SettingsError, serviceConfig } from './config.ts';
import { openDatabase } from './database/database.ts';
import { type EmbeddedServer, joinEmbeddedServer } from './database/embedded-server.ts';
import { migrate } from './database/migrations.ts';
import { withClient } from './database/owner-connection.ts';
import { assertSafeToServe } from './database/start-checks.ts';
import { createLogger, logEvent } from './plugins/logging.ts';
import { serviceVersion } from './version.ts';

const mostRequestHeaders = 100;
const mostConnections = 2_000;

export interface RunningService {
  url: string;
  config: ServiceConfig;
  /** There when the service runs on its embedded database. */
  embedded: EmbeddedServer | undefined;
  /** Says no to new work, finishes what is under way, and lets go of the database. */
  stop(): Promise<void>;
}

/**
 * Starts the service: gets a database, migrates it where that is asked for, refuses one that is not safe, and listens.
 * @throws SettingsError, or Error with one sentence that says why it does not start
 */
export async function startService(settings: Settings): Promise<RunningService> {
  const leaving: (() => Promise<unknown>)[] = [];
  const leaveAll = async () => {
    for (const leave of leaving.splice(0).reverse()) await leave().catch(() => undefined);
  };
  try {
    if (settings.MIGRATION_DATABASE_URL && !settings.DATABASE_URL) {
      throw new SettingsError(['DATABASE_URL must be set when MIGRATION_DATABASE_URL is.']);
    }
    const embedded = settings.DATABASE_URL ? undefined : await joinEmbeddedServer(settings.DATA_DIR);
    if (embedded) leaving.push(() => embedded.leave());
    const config = serviceConfig(settings, embedded);
    const logger = createLogger(settings.LOG_LEVEL);

    if (settings.AUTO_MIGRATE ?? embedded !== undefined) {
      const ownerUrl = embedded?.ownerUrl ?? settings.MIGRATION_DATABASE_URL;
      if (!ownerUrl)
        throw new SettingsError(['MIGRATION_DATABASE_URL must be set when AUTO_MIGRATE is true.']);
      const applied = await withClient(ownerUrl, (client) => migrate(client));
      if (applied.length > 0) logEvent(logger, 'info', 'migrations_applied', { count: applied.length });
    }

    const open = (poolMax: number) => {
      const database = openDatabase({
        connectionString: config.databaseUrl,
        poolMax,
        preparedStatements: config.preparedStatements,
        onConnectionError: () => logEvent(logger, 'warn', 'database_connection_error'),
      });
      leaving.push(() => database.close());
      return database;
    };
    const probe = open(1);
    await assertSafeToServe(probe);

    const app = await buildApp({ config, database: open(config.poolMax), probe, clock: systemClock, logger });
    leaving.push(() => app.close());
    app.server.maxHeadersCount = mostRequestHeaders;
    app.server.maxConnections = mostConnections;
    const url = await app.listen({ host: settings.HOST, port: settings.PORT });
    logEvent(logger, 'info', 'service_started', { version: serviceVersion, port: portOf(app) });

    return {
      url,
      config,
      embedded,
      async stop() {
        app.announceStop();
        logEvent(logger, 'info', 'service_stopping');
        await leaveAll();
        logEvent(logger, 'info', 'service_stopped');
      },
    };
  } catch (error) {
    await leaveAll();
    throw error;
  }
}

function portOf(app: FastifyInstance): number | undefined {
  const [address] = app.addresses();
  return typeof address === 'object' ? address.port : undefined;
}
