import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Clock } from '../../clock.ts';
import { assertPermitted } from '../../plugins/authorisation.ts';
import type { BreakerPolicy } from '../../plugins/storage.ts';
import { readAnswers } from '../answers.ts';
import { assertRegistered } from '../references.ts';
import { windowOf } from '../window.ts';
import { breakdownTables, readBreakdown } from './read-breakdown.ts';
import { breakdownAnswer, breakdownQuery } from './schema.ts';

/** It reads every event of a window, as a recompute does: few at a time, and on connections of their own. */
const breakerPolicy: BreakerPolicy = {
  name: 'metrics-breakdown',
  opensAfterFailures: 3,
  halfOpenAfterMs: 2_000,
  connections: 2,
  concurrency: 2,
  queue: 20,
  statementTimeoutMs: 30_000,
};

/** GET /metrics/breakdown: what the metrics are made of, counted by what events say and when they happened (spec 3). */
export const breakdown: FastifyPluginAsyncZod<{ clock: Clock }> = async (app, { clock }) => {
  const storage = app.storage(breakerPolicy, breakdownTables);

  app.get('/metrics/breakdown', {
    ...app.guard({ bucket: 'reads', permission: 'canViewAnalytics', storage }),
    schema: {
      tags: ['Metrics'],
      summary: 'Count the events of a window by what they say and by day, week or month',
      description:
        'Counted from the events as they are stored now, not from snapshots. Without org_id the events of all organisations are counted, for app admins. More than 400 periods are refused.',
      querystring: breakdownQuery,
      response: readAnswers(breakdownAnswer, 422),
    },
    handler: async (request) => {
      const { pilot_cycle_id, org_id = null, window_start = null, window_end = null, per } = request.query;
      const question = { cycleId: pilot_cycle_id, orgId: org_id, start: window_start, end: window_end, per };
      return storage.transaction(request, 'read', async (transaction) => {
        // Before anything is read, so that all that was acknowledged by then is counted.
        const counted_at = clock().toISOString();
        await assertPermitted(transaction, request, org_id);
        await assertRegistered(transaction, pilot_cycle_id);
        const counted = await readBreakdown(transaction, question);
        return { pilot_cycle_id, org_id, window: windowOf(question), per, counted_at, ...counted };
      });
    },
  });
};
