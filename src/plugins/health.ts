import { setTimeout } from 'node:timers/promises';
import plugin from 'fastify-plugin';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { countMigrations } from '../database/start-checks.ts';

const cachedForMs = 1_000;
const answersWithinMs = 900;

const healthBody = z.strictObject({ status: z.literal('ok') });
const readinessBody = z.strictObject({
  status: z.enum(['ready', 'not_ready']),
  reason: z.enum(['database_away', 'migrations_pending', 'tables_missing', 'stopping']).optional(),
});

type Readiness = z.infer<typeof readinessBody>;

/**
 * Liveness never asks the database; readiness does, through `probe`, a connection of its own that traffic cannot take, and
 * remembers the answer for a second.
 */
const health: FastifyPluginAsyncZod<{ probe: Database }> = async (app, { probe }) => {
  let stopping = false;
  let known: { at: number; readiness: Promise<Readiness> } | undefined;

  app.decorate('announceStop', () => {
    stopping = true;
  });
  // Whoever keeps a connection open hears in time that it will end, and does not send into its closing.
  app.addHook('onSend', async (_request, reply) => {
    if (!app.server.listening) reply.header('connection', 'close');
  });

  const ask = (): Promise<Readiness> => {
    const tooLate = setTimeout<Readiness>(
      answersWithinMs,
      { status: 'not_ready', reason: 'database_away' },
      { ref: false },
    );
    return Promise.race([askDatabase(), tooLate]);
  };

  const askDatabase = async (): Promise<Readiness> => {
    try {
      const migrations = await countMigrations(probe);
      app.signals.migrationsCounted(migrations);
      if (migrations.pending + migrations.changed > 0)
        return { status: 'not_ready', reason: 'migrations_pending' };
      const missing = await probe.missingTable([...app.storageTables]);
      return missing === undefined ? { status: 'ready' } : { status: 'not_ready', reason: 'tables_missing' };
    } catch {
      return { status: 'not_ready', reason: 'database_away' };
    }
  };

  const readinessNow = async (): Promise<Readiness> => {
    if (stopping) return { status: 'not_ready', reason: 'stopping' };
    if (!known || performance.now() - known.at > cachedForMs)
      known = { at: performance.now(), readiness: ask() };
    return known.readiness;
  };
  app.signals.watchReadiness(async () => {
    const { status, reason } = await readinessNow();
    return status === 'ready' ? 'ready' : (reason ?? 'database_away');
  });
  app.signals.watchPool('probe', () => probe.connections());

  app.get('/healthz', { schema: { hide: true, response: { 200: healthBody } } }, async () => ({
    status: 'ok' as const,
  }));

  app.get(
    '/readyz',
    { schema: { hide: true, response: { 200: readinessBody, 503: readinessBody } } },
    async (_, reply) => {
      const readiness = await readinessNow();
      if (readiness.status === 'not_ready') reply.header('retry-after', '1');
      return reply.code(readiness.status === 'ready' ? 200 : 503).send(readiness);
    },
  );
};

export default plugin(health, { name: 'health', dependencies: ['signals', 'storage'] });

declare module 'fastify' {
  interface FastifyInstance {
    /** Makes /readyz say no from now on, so that no new work is sent here. */
    announceStop(): void;
  }
}
