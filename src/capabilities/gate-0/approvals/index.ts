import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import { Problem } from '../../../errors.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { refusalOfRule } from '../../../plugins/validation.ts';
import { writeAnswers } from '../../answers.ts';
import { answeredTime, GovernanceRecords, latestRow } from '../../governance-records.ts';
import { insertedRow } from '../../idempotency.ts';
import { statusOf } from '../../receipt.ts';
import { approval, approvalBody, approvalId } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'gate-0-approvals',
  opensAfterFailures: 3,
  halfOpenAfterMs: 2_000,
  concurrency: 2,
  queue: 100,
};
const table = 'gate_0_approvals';
const approvalRow = approval.extend({ recorded_at: answeredTime });

/** What the verdict of Gate 0 reads, too. */
export const readApprovals = loadStatement(import.meta.url, 'read-approvals.sql', approvalRow);

const statements = {
  insert: loadStatement(import.meta.url, 'insert-approval.sql', insertedRow),
  readCurrent: readApprovals,
  readHistory: loadStatement(import.meta.url, 'read-approval-history.sql', approvalRow),
};

/** /gate-0/approvals: the decisions D1 to D7, locked or open (spec 5, G0-1). */
export const approvals: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, [table]);
  const records = new GovernanceRecords(storage, {
    path: '/gate-0/approvals',
    table,
    one: 'approval',
    many: 'approvals',
    id: approvalId,
    item: approval,
    latest: latestRow.extend({ content: approval.pick({ status: true }).loose() }),
    statements,
  });

  app.put('/gate-0/approvals/:id', {
    ...app.guard({ bucket: 'events', permission: 'canGovern', storage }),
    schema: {
      tags: ['Governance'],
      summary: 'Record an approval, lock it, or unlock it with a reason',
      description:
        'A locked approval is changed only by opening it with a reason. Every revision stays in its history.',
      params: z.strictObject({ id: approvalId }),
      body: approvalBody,
      response: writeAnswers(),
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const { body } = request;
      if (body.providers_min !== undefined && id !== 'D4')
        throw refusalOfRule('only_for_d4', 'providers_min');
      const receipt = await records.revise(request, { ...body, id }, (latest) => {
        const isLocked = latest?.content.status === 'locked';
        if (isLocked && !body.unlock_reason_code) return locked();
        return !isLocked && body.unlock_reason_code ? nothingToUnlock() : undefined;
      });
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
  records.addReadingRoutes(app);
};

function locked(): Problem {
  return new Problem(
    'state-conflict',
    'This approval is locked. To change it, open it first: status open with an unlock_reason_code.',
  );
}

function nothingToUnlock(): Problem {
  return new Problem('state-conflict', 'This approval is not locked. Leave unlock_reason_code out.');
}
