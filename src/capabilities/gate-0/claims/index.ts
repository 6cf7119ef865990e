import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { writeAnswers } from '../../answers.ts';
import { identifier } from '../../fields.ts';
import { answeredTime, GovernanceRecords, latestRow } from '../../governance-records.ts';
import { insertedRow } from '../../idempotency.ts';
import { statusOf } from '../../receipt.ts';
import { claim, claimBody } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'gate-0-claims',
  opensAfterFailures: 3,
  halfOpenAfterMs: 2_000,
  concurrency: 2,
  queue: 100,
};
const table = 'gate_0_claims';
const claimRow = claim.extend({ recorded_at: answeredTime });

/** What the verdict of Gate 0 reads, too. */
export const readClaims = loadStatement(import.meta.url, 'read-claims.sql', claimRow);

const statements = {
  insert: loadStatement(import.meta.url, 'insert-claim.sql', insertedRow),
  readCurrent: readClaims,
  readHistory: loadStatement(import.meta.url, 'read-claim-history.sql', claimRow),
};

/** /gate-0/claims: what somebody said, and whether it holds (spec 5, G0-6). */
export const claims: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, [table]);
  const records = new GovernanceRecords(storage, {
    path: '/gate-0/claims',
    table,
    one: 'claim',
    many: 'claims',
    id: identifier,
    item: claim,
    latest: latestRow,
    statements,
  });

  app.put('/gate-0/claims/:id', {
    ...app.guard({ bucket: 'events', permission: 'canGovern', storage }),
    schema: {
      tags: ['Governance'],
      summary: 'Record a claim, or what was found out about it',
      params: z.strictObject({ id: identifier }),
      body: claimBody,
      response: writeAnswers(),
    },
    handler: async (request, reply) => {
      const receipt = await records.revise(request, { ...request.body, id: request.params.id });
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
  records.addReadingRoutes(app);
};
