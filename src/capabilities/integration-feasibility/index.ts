import { randomUUIDv7 } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../database/statement.ts';
import { Problem } from '../../errors.ts';
import { assertPermitted } from '../../plugins/authorisation.ts';
import type { BreakerPolicy, Storage } from '../../plugins/storage.ts';
import { writeAnswers } from '../answers.ts';
import { idConflict, insertedRow, storedRow } from '../idempotency.ts';
import { type Receipt, receiptOf, statusOf } from '../receipt.ts';
import { decisionBody } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'integration-feasibility',
  opensAfterFailures: 3,
  halfOpenAfterMs: 2_000,
  concurrency: 2,
  queue: 100,
};
const tables = ['pilot_integration_feasibility_decisions'];
const lockDecisions = loadStatement(import.meta.url, 'lock-decisions.sql', z.unknown());
const readDecision = loadStatement(import.meta.url, 'read-decision.sql', storedRow);
const insertDecision = loadStatement(import.meta.url, 'insert-decision.sql', insertedRow);
const readUpgradeObstacle = loadStatement(
  import.meta.url,
  'read-upgrade-obstacle.sql',
  z.object({ in_the_way: z.boolean() }),
);

/** POST /integration-feasibility: a decision of the whole pilot; the latest by arrival governs (spec 2.4). */
export const integrationFeasibility: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, tables);

  app.post('/integration-feasibility', {
    ...app.guard({ bucket: 'decisions', permission: 'canDecideIntegration', storage }),
    schema: {
      tags: ['Governance'],
      summary: 'Record an integration feasibility decision',
      body: decisionBody,
      response: writeAnswers(),
    },
    handler: async (request, reply) => {
      const receipt = await recordDecision(storage, request, request.body);
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
};

/** Replay is checked before the rule against upgrades: a decision that was accepted stays accepted. */
function recordDecision(
  storage: Storage,
  request: FastifyRequest,
  body: z.infer<typeof decisionBody>,
): Promise<Receipt> {
  const { id = randomUUIDv7(), decision, redline_checklist_version } = body;
  const values = [
    id,
    decision,
    body.decision_date,
    redline_checklist_version,
    body.violations,
    body.compensating_controls,
    body.owners,
  ];
  return storage.transaction(request, 'write', async (transaction) => {
    await assertPermitted(transaction, request, null);
    await transaction.one(lockDecisions);
    const [stored] = await transaction.run(readDecision, values);
    if (stored) {
      if (!stored.same_content) throw idConflict();
      return receiptOf(id, stored.recorded_at, 'replayed');
    }
    if (decision === 'go') {
      const { in_the_way } = await transaction.one(readUpgradeObstacle, [redline_checklist_version]);
      if (in_the_way) {
        throw new Problem(
          'state-conflict',
          'An earlier conditional or blocked decision used this checklist version. A go needs a newer checklist.',
        );
      }
    }
    const { recorded_at } = await transaction.one(insertDecision, values);
    return receiptOf(id, recorded_at, 'created');
  });
}
