import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify';
import { access } from './capabilities/access/index.ts';
import { breakdown } from './capabilities/breakdown/index.ts';
import { batch } from './capabilities/events/batch/index.ts';
import { connection } from './capabilities/events/connection/index.ts';
import { contactAttempt } from './capabilities/events/contact-attempt/index.ts';
import { dataDecayAudit } from './capabilities/events/data-decay-audit/index.ts';
import { EventKinds } from './capabilities/events/event-kinds.ts';
import { preferenceFit } from './capabilities/events/preference-fit/index.ts';
import { referral } from './capabilities/events/referral/index.ts';
import { serviceStatus } from './capabilities/events/service-status/index.ts';
import { freshness } from './capabilities/freshness/index.ts';
import { approvals } from './capabilities/gate-0/approvals/index.ts';
import { claims } from './capabilities/gate-0/claims/index.ts';
import { partners } from './capabilities/gate-0/partners/index.ts';
import { threatFindings } from './capabilities/gate-0/threat-findings/index.ts';
import { integrationControls } from './capabilities/integration-feasibility/controls/index.ts';
import { integrationFeasibility } from './capabilities/integration-feasibility/index.ts';
import { metricBaseline } from './capabilities/metrics/baseline/index.ts';
import { metricHistory } from './capabilities/metrics/history/index.ts';
import { metrics } from './capabilities/metrics/index.ts';
import { readiness } from './capabilities/readiness/index.ts';
import { scope } from './capabilities/scope/index.ts';
import type { Clock } from './clock.ts';
import type { ServiceConfig } from './config.ts';
import { dashboard } from './dashboard/index.ts';
import type { Database } from './database/database.ts';
import { verdict } from './gate-0/verdict/index.ts';
import { httpOptions } from './http-options.ts';
import authentication from './plugins/authentication.ts';
import authorisation from './plugins/authorisation.ts';
import health from './plugins/health.ts';
import jsonBody from './plugins/json-body.ts';
import notFound, { answerUnknownRoutes } from './plugins/not-found.ts';
import openapi from './plugins/openapi.ts';
import privacyGuard from './plugins/privacy-guard.ts';
import problemDetails from './plugins/problem-details.ts';
import rateLimits from './plugins/rate-limits.ts';
import requestLog from './plugins/request-log.ts';
import signals from './plugins/signals.ts';
import storage from './plugins/storage.ts';
import tracer, { type Tracing } from './plugins/tracing.ts';
import validation from './plugins/validation.ts';

export interface AppDependencies {
  config: ServiceConfig;
  database: Database;
  /** Opens a pool for a capability that must not take connections away from the others; its maker closes it. */
  openPool: (connections: number) => Database;
  /** A connection of its own for readiness. */
  probe: Database;
  clock: Clock;
  logger: FastifyBaseLogger;
  /** Makes spans of requests; without it there are none. Its maker stops it. */
  tracing?: Tracing | undefined;
}

/** The HTTP application: this is its table of contents, in boot order. */
export async function buildApp({
  config,
  database,
  openPool,
  probe,
  clock,
  logger,
  tracing,
}: AppDependencies): Promise<FastifyInstance> {
  const app = fastify({ ...httpOptions(config.trustProxy), loggerInstance: logger });

  await app.register(signals);
  await app.register(tracer, { tracing });
  await app.register(problemDetails);
  await app.register(requestLog);
  await app.register(jsonBody);
  await app.register(privacyGuard);
  await app.register(validation, { clock });
  await app.register(openapi, { serve: config.apiDocs });
  await app.register(rateLimits, config);
  await app.register(authentication, { ...config, clock });
  await app.register(authorisation);
  await app.register(storage, { ...config, database, openPool });
  await app.register(notFound);
  await app.register(health, { probe });
  await app.register(dashboard, { signIn: config.signIn });

  await app.register(async (api) => answerUnknownRoutes(api), { prefix: '/api' });
  await app.register(
    async (api) => {
      await api.register(access);
      const kinds = new EventKinds(clock, app.signals);
      await api.register(contactAttempt, { entityKeyPepper: config.entityKeyPepper, kinds });
      await api.register(connection, { kinds });
      await api.register(referral, { kinds });
      await api.register(serviceStatus, { kinds });
      await api.register(dataDecayAudit, { kinds });
      await api.register(preferenceFit, { kinds });
      await api.register(batch, { kinds, clock });
      await api.register(scope);
      await api.register(readiness, { clock });
      await api.register(freshness, { clock });
      await api.register(metrics, { clock });
      await api.register(breakdown, { clock });
      await api.register(metricHistory);
      await api.register(metricBaseline);
      await api.register(integrationFeasibility, { clock });
      await api.register(integrationControls);
      await api.register(approvals);
      await api.register(threatFindings);
      await api.register(claims);
      await api.register(partners);
      await api.register(verdict);
    },
    { prefix: '/api/v1/pilot' },
  );

  return app;
}
