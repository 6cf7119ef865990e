import { randomUUIDv7 } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { loadStatement } from '../../database/statement.ts';
import { Problem } from '../../errors.ts';
import { assertParticipant, assertPermitted } from '../../plugins/authorisation.ts';
import type { BreakerPolicy, Storage } from '../../plugins/storage.ts';
import { readAnswers, writeAnswers } from '../answers.ts';
import { uuid } from '../fields.ts';
import { idConflict, insertedRow, storedRow } from '../idempotency.ts';
import { pageFrom, pageOf, pageQuery, rowsFor } from '../pages.ts';
import { type Receipt, receiptOf, statusOf } from '../receipt.ts';
import { activation, isOverdue, reason } from './activation.ts';
import { control } from './control.ts';
import { currentExample, decisionExample } from './examples.ts';
import { decision, decisionBody, unknownRedlines } from './schema.ts';
import { readDecisions, readIntegrationState } from './state.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'integration-feasibility',
  opensAfterFailures: 3,
  halfOpenAfterMs: 2_000,
  concurrency: 2,
  queue: 100,
};
const tables = ['pilot_integration_feasibility_decisions', 'integration_controls'];
const lockDecisions = loadStatement(import.meta.url, 'lock-decisions.sql', z.unknown());
const readDecision = loadStatement(import.meta.url, 'read-decision.sql', storedRow);
const insertDecision = loadStatement(import.meta.url, 'insert-decision.sql', insertedRow);
const readUpgradeObstacle = loadStatement(
  import.meta.url,
  'read-upgrade-obstacle.sql',
  z.object({ in_the_way: z.boolean() }),
);

const decisionPage = pageOf(decision).meta({
  id: 'IntegrationDecisionPage',
  examples: [{ items: [decisionExample], next_cursor: null }],
});

const current = z
  .strictObject({
    decision: decision.nullable(),
    controls: z.array(control),
    integration_activation_allowed: z.boolean(),
    reasons: z.array(reason),
  })
  .meta({ id: 'IntegrationState', examples: [currentExample] });

/** /integration-feasibility: decisions of the whole pilot, of which the latest by arrival governs (spec 2.4, 5). */
export const integrationFeasibility: FastifyPluginAsyncZod<{ clock: Clock }> = async (app, { clock }) => {
  const storage = app.storage(breakerPolicy, tables);

  app.post('/integration-feasibility', {
    ...app.guard({ bucket: 'decisions', permission: 'canGovern', storage }),
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

  const readGuard = app.guard({ bucket: 'reads', permission: 'canViewGovernance', storage });

  app.get('/integration-feasibility', {
    ...readGuard,
    schema: {
      tags: ['Governance'],
      summary: 'Read the integration feasibility decisions, the newest first',
      querystring: z.strictObject(pageQuery(uuid)),
      response: readAnswers(decisionPage),
    },
    handler: async (request) => {
      const { limit, cursor = null } = request.query;
      const rows = await storage.transaction(request, 'read', async (transaction) => {
        const [decisions] = await Promise.all([
          transaction.run(readDecisions, [null, cursor, rowsFor(limit)]),
          assertParticipant(transaction),
        ]);
        return decisions;
      });
      return pageFrom(rows, limit, (last) => last.id);
    },
  });

  app.get('/integration-feasibility/current', {
    ...readGuard,
    schema: {
      tags: ['Governance'],
      summary: 'Read whether the integration may be activated, and from which records that follows',
      description:
        'It is computed: the latest decision is a go with five passes, or conditional with no redline unknown, and every control that there is, C1 and C2 at least, is complete with evidence. Days are in UTC.',
      response: readAnswers(current),
    },
    handler: async (request) => {
      const { decision, controls } = await storage.transaction(request, 'read', async (transaction) => {
        const [state] = await Promise.all([
          readIntegrationState(transaction, null),
          assertParticipant(transaction),
        ]);
        return state;
      });
      const today = clock().toISOString().slice(0, 10);
      return {
        decision,
        controls: controls.map((control) => ({ ...control, is_overdue: isOverdue(control, today) })),
        ...activation({ decision, controls, today }),
      };
    },
  });
};

/** Replay is checked before the rule against upgrades: a decision that was accepted stays accepted. */
function recordDecision(
  storage: Storage,
  request: FastifyRequest,
  body: z.infer<typeof decisionBody>,
): Promise<Receipt> {
  const { id = randomUUIDv7(), redlines = unknownRedlines, contingency, ...rest } = body;
  const row = JSON.stringify({
    ...rest,
    id,
    ...redlines,
    contingency_kind: contingency?.kind,
    contingency_trigger: contingency?.trigger,
    contingency_owner: contingency?.owner,
  });
  return storage.transaction(request, 'write', async (transaction) => {
    await assertPermitted(transaction, request, null);
    await transaction.one(lockDecisions);
    const [stored] = await transaction.run(readDecision, [row]);
    if (stored) {
      if (!stored.same_content) throw idConflict();
      return receiptOf(id, stored.recorded_at, 'replayed');
    }
    if (body.decision === 'go') {
      const { in_the_way } = await transaction.one(readUpgradeObstacle, [body.redline_checklist_version]);
      if (in_the_way) {
        throw new Problem(
          'state-conflict',
          'An earlier conditional or blocked decision used this checklist version. A go needs a newer checklist.',
        );
      }
    }
    const { recorded_at } = await transaction.one(insertDecision, [row]);
    return receiptOf(id, recorded_at, 'created');
  });
}
