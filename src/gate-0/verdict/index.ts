import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { readAnswers } from '../../capabilities/answers.ts';
import { notRegistered, unknownReference } from '../../capabilities/references.ts';
import { evaluator } from '../../database/database.ts';
import { assertParticipant } from '../../plugins/authorisation.ts';
import type { BreakerPolicy } from '../../plugins/storage.ts';
import { evaluate } from './evaluate.ts';
import { readGateZeroRecords, verdictTables } from './records.ts';
import { verdictAnswer, verdictQuery } from './schema.ts';

/** Computing the baselines again reads events: few at a time, on connections of their own, and with more time. */
const breakerPolicy: BreakerPolicy = {
  name: 'gate-0-verdict',
  opensAfterFailures: 3,
  halfOpenAfterMs: 2_000,
  connections: 2,
  concurrency: 2,
  queue: 20,
  statementTimeoutMs: 30_000,
};

/** GET /gate-0: whether the pilot may start, computed from the records and set by nobody (spec 5). */
export const verdict: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, verdictTables);

  app.get('/gate-0', {
    ...app.guard({ bucket: 'reads', permission: 'canViewGovernance', storage }),
    schema: {
      tags: ['Governance'],
      summary: 'Judge Gate 0 from its records, as they are now or had arrived at a past moment',
      description:
        'Baselines are computed again from the events that are stored now, whatever the moment. Days are in UTC.',
      querystring: verdictQuery,
      response: readAnswers(verdictAnswer, 422),
    },
    handler: async (request) => {
      const { pilot_cycle_id, as_of = null } = request.query;
      const records = await storage.transaction(request, 'read', async (transaction) => {
        await assertParticipant(transaction);
        return readGateZeroRecords(transaction.as(evaluator), pilot_cycle_id, as_of);
      });
      if (!records) throw unknownReference([notRegistered('pilot_cycle_id', 'a registered cycle')]);
      return { pilot_cycle_id, as_of: records.moment.toISOString(), ...evaluate(records) };
    },
  });
};
