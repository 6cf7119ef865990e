import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { loadStatement } from '../../database/statement.ts';
import { assertPermitted } from '../../plugins/authorisation.ts';
import type { BreakerPolicy } from '../../plugins/storage.ts';
import { readAnswers } from '../answers.ts';
import { statusCode } from '../event-values.ts';
import { slaTier } from '../fields.ts';
import { assertRegistered, referenceTables } from '../references.ts';
import { type FreshnessItem, freshnessAnswer, freshnessQuery, freshnessState } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'scope-freshness',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 2,
  queue: 50,
};
const tables = [...referenceTables, 'pilot_service_scope', 'service_operational_status_events'];

const readFreshness = loadStatement(
  import.meta.url,
  '../../../sql/scope_freshness.sql',
  z.object({
    org_id: z.string(),
    service_id: z.string(),
    service_name: z.string(),
    sla_tier: slaTier,
    last_checked_at: z.date().nullable(),
    last_status_code: statusCode.nullable(),
    limit_seconds: z.number(),
    due_at: z.date().nullable(),
    state: freshnessState,
    overdue_seconds: z.coerce.number().nullable(),
  }),
);

/** GET /scope/freshness: which services in scope somebody has to check, the most urgent first (spec 3, M4). */
export const freshness: FastifyPluginAsyncZod<{ clock: Clock }> = async (app, { clock }) => {
  const storage = app.storage(breakerPolicy, tables);

  app.get('/scope/freshness', {
    ...app.guard({ bucket: 'reads', permission: 'canViewAnalytics', storage }),
    schema: {
      tags: ['Scope'],
      summary: 'Read how long ago the services in scope were checked, the most urgent first',
      description:
        'Without as_of the moment is now; the scope and its tiers are always those of now. Without org_id the scopes of all organisations are read, for app admins.',
      querystring: freshnessQuery,
      response: readAnswers(freshnessAnswer, 422),
    },
    handler: async (request) => {
      const { pilot_cycle_id, org_id = null, as_of = clock() } = request.query;
      const rows = await storage.transaction(request, 'read', async (transaction) => {
        await assertPermitted(transaction, request, org_id);
        await assertRegistered(transaction, pilot_cycle_id);
        return transaction.run(readFreshness, [pilot_cycle_id, org_id, as_of]);
      });
      const items = rows.map(({ last_checked_at, due_at, ...row }) => ({
        ...row,
        last_checked_at: last_checked_at?.toISOString() ?? null,
        due_at: due_at?.toISOString() ?? null,
      }));
      return { pilot_cycle_id, org_id, as_of: as_of.toISOString(), summary: summaryOf(items), items };
    },
  });
};

function summaryOf(items: readonly FreshnessItem[]) {
  const inState = (state: FreshnessItem['state']) => items.filter((item) => item.state === state).length;
  return {
    in_scope: items.length,
    within_limit: inState('within_limit'),
    overdue: inState('overdue'),
    never_checked: inState('never_checked'),
  };
}
