import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Clock } from '../../clock.ts';
import { assertPermitted } from '../../plugins/authorisation.ts';
import type { BreakerPolicy } from '../../plugins/storage.ts';
import { readAnswers } from '../answers.ts';
import { pageFrom, rowsFor } from '../pages.ts';
import { assertRegistered } from '../references.ts';
import { readinessTables, readReadiness } from './read-readiness.ts';
import { readinessPage, readinessQuery } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'readiness',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 2,
  queue: 50,
};

/** GET /scope/readiness: what is missing of the services in scope, against the imported directory (spec 5). */
export const readiness: FastifyPluginAsyncZod<{ clock: Clock }> = async (app, { clock }) => {
  const storage = app.storage(breakerPolicy, readinessTables);

  app.get('/scope/readiness', {
    ...app.guard({ bucket: 'reads', permission: 'canViewAnalytics', storage }),
    schema: {
      tags: ['Scope'],
      summary: 'Read what the directory lacks about the services in scope, in the order of work',
      description:
        'Counts are of the whole scope; entries come in pages of up to 100. A cursor is a place in the order: an import or a change of the scope between two pages may move entries.',
      querystring: readinessQuery,
      response: readAnswers(readinessPage, 422),
    },
    handler: async (request) => {
      const { pilot_cycle_id: cycleId, org_id: orgId, limit, cursor = 0 } = request.query;
      const asOf = clock().toISOString().slice(0, 10);
      const report = await storage.transaction(request, 'read', async (transaction) => {
        await assertPermitted(transaction, request, orgId);
        await assertRegistered(transaction, cycleId);
        return readReadiness(transaction, { cycleId, orgId, asOf });
      });
      const { entries } = report;
      const { items, next_cursor } = pageFrom(entries.slice(cursor, cursor + rowsFor(limit)), limit, (last) =>
        String(entries.indexOf(last) + 1),
      );
      return { ...report, entries: items, next_cursor };
    },
  });
};
