import { Server } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { startAdminServer } from './admin-server.ts';
import { buildApp } from './app.ts';
import { systemClock } from './clock.ts';
import { type ServiceConfig, type Settings, SettingsError, serviceConfig, tracingConfig } from './config.ts';
import { openDatabase } from './database/database.ts';
import { type EmbeddedServer, joinEmbeddedServer } from './database/embedded-server.ts';
import { assertSameEntityKey } from './database/entity-key-fingerprint.ts';
import { migrate } from './database/migrations.ts';
import { withClient } from './database/owner-connection.ts';
import { assertSafeToServe } from './database/start-checks.ts';
import { createLogger, describeError, errorCounts, logEvent } from './plugins/logging.ts';
import type { Tracing } from './plugins/tracing.ts';
import { serviceVersion } from './version.ts';

/** How long connections that are open may still send, and hear that theirs ends, before the idle ones are closed. */
const lastWordMs = 1_000;
const longestLineMs = 4_000;
/** Where nobody came for so long there is no line. */
const noLineMs = 100;

export interface RunningService {
  url: string;
  /** Where operators find the metrics; undefined without ADMIN_PORT. */
  adminUrl: string | undefined;
  config: ServiceConfig;
  /** There when the service runs on its embedded database. */
  embedded: EmbeddedServer | undefined;
  /**
   * Stops without losing a request. Readiness says no at once; for `drainMs` everything is still served, until whoever
   * balances the load has noticed; then no new connection is accepted, and each answer ends its own; then what is under way is
   * finished and the database let go.
   */
  stop(drainMs?: number): Promise<void>;
}

/**
 * Starts the service: gets a database, migrates it where that is asked for, refuses one that is not safe, and listens.
 * @throws SettingsError, or Error with one sentence that says why it does not start
 */
export async function startService(settings: Settings): Promise<RunningService> {
  const logger = createLogger(settings.LOG_LEVEL);
  const leaving: (() => Promise<unknown>)[] = [];
  const leaveAll = async () => {
    for (const leave of leaving.splice(0).reverse()) {
      await leave().catch((error: unknown) =>
        logEvent(logger, 'warn', 'clean_up_failed', describeError(error)),
      );
    }
  };
  try {
    if (settings.MIGRATION_DATABASE_URL && !settings.DATABASE_URL) {
      throw new SettingsError(['DATABASE_URL must be set when MIGRATION_DATABASE_URL is.']);
    }
    const onRestart = () => logEvent(logger, 'warn', 'embedded_database_restarted');
    const embedded = settings.DATABASE_URL
      ? undefined
      : await joinEmbeddedServer(settings.DATA_DIR, { onRestart });
    if (embedded) leaving.push(() => embedded.leave());
    const config = serviceConfig(settings, embedded);
    if (config.signIn && !config.audience) logEvent(logger, 'warn', 'token_audience_unchecked');

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
    const [probe, database] = [open(1), open(config.poolMax)];
    await assertSafeToServe(probe);
    // Over the other pool: a pooler in between that forgets prepared statements shows it only to a second connection.
    await assertSafeToServe(database);
    await assertSameEntityKey(database, config.entityKeyPepper);

    const tracing = await startTracing(settings, logger);
    if (tracing) leaving.push(() => tracing.stop());

    const clock = systemClock;
    const app = await buildApp({ config, database, openPool: open, probe, clock, logger, tracing });
    leaving.push(() => app.close());
    const { ADMIN_HOST: host, ADMIN_PORT: port } = settings;
    const admin =
      port === undefined ? undefined : await startAdminServer({ host, port }, app.signals, logger);
    if (admin) leaving.push(() => admin.close());
    const url = await app.listen({ host: settings.HOST, port: settings.PORT });
    logEvent(logger, 'info', 'service_started', {
      version: serviceVersion,
      port: portOf(app),
      admin_port: admin?.port,
    });

    return {
      url,
      adminUrl: admin?.url,
      config,
      embedded,
      async stop(drainMs = 0) {
        app.announceStop();
        logEvent(logger, 'info', 'service_stopping');
        await setTimeout(drainMs);
        await stopListening(app.server);
        await setTimeout(lastWordMs);
        await leaveAll();
        for (const [code, count] of errorCounts) logEvent(logger, 'info', 'errors_counted', { code, count });
        logEvent(logger, 'info', 'service_stopped');
      },
    };
  } catch (error) {
    await leaveAll();
    throw error;
  }
}

/** The libraries are loaded only where somebody wants traces. */
async function startTracing(settings: Settings, logger: FastifyBaseLogger): Promise<Tracing | undefined> {
  const config = tracingConfig(settings);
  if (!config) return undefined;
  const { otlpTracing } = await import('./plugins/otlp-tracing.ts');
  return otlpTracing(config, logger);
}

/**
 * Accepts no new connection from now on, and leaves those that are open. Connections that wait in line at that moment would be
 * reset, so it comes when the line was just emptied: a turn of the event loop found nobody after one that found somebody.
 */
async function stopListening(server: Server): Promise<void> {
  let accepted = 0;
  server.on('connection', () => {
    accepted += 1;
  });
  const started = performance.now();
  const passed = (milliseconds: number) => performance.now() - started > milliseconds;
  for (let before = -1; before !== accepted || !(accepted > 0 || passed(noLineMs)); ) {
    if (passed(longestLineMs)) break;
    before = accepted;
    await setImmediate();
  }
  // The one of an HTTP server would close idle connections, too, among them those that are about to send their first request.
  Server.prototype.close.call(server);
}

function portOf(app: FastifyInstance): number | undefined {
  const [address] = app.addresses();
  return typeof address === 'object' ? address.port : undefined;
}
