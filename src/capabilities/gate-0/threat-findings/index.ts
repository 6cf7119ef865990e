import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { writeAnswers } from '../../answers.ts';
import { identifier } from '../../fields.ts';
import { answeredTime, GovernanceRecords, latestRow } from '../../governance-records.ts';
import { insertedRow } from '../../idempotency.ts';
import { statusOf } from '../../receipt.ts';
import { threatFinding, threatFindingBody } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'gate-0-threat-findings',
  opensAfterFailures: 3,
  halfOpenAfterMs: 2_000,
  concurrency: 2,
  queue: 100,
};
const table = 'gate_0_threat_findings';
const findingRow = threatFinding.extend({ recorded_at: answeredTime });

/** What the verdict of Gate 0 reads, too. */
export const readThreatFindings = loadStatement(import.meta.url, 'read-threat-findings.sql', findingRow);

const statements = {
  insert: loadStatement(import.meta.url, 'insert-threat-finding.sql', insertedRow),
  readCurrent: readThreatFindings,
  readHistory: loadStatement(import.meta.url, 'read-threat-finding-history.sql', findingRow),
};

/** /gate-0/threat-findings: what the threat model found, and what becomes of it (spec 5, G0-7). */
export const threatFindings: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, [table]);
  const records = new GovernanceRecords(storage, {
    path: '/gate-0/threat-findings',
    table,
    one: 'threat finding',
    many: 'threat findings',
    id: identifier,
    item: threatFinding,
    latest: latestRow,
    statements,
  });

  app.put('/gate-0/threat-findings/:id', {
    ...app.guard({ bucket: 'events', permission: 'canGovern', storage }),
    schema: {
      tags: ['Governance'],
      summary: 'Record a threat finding, or what became of it',
      params: z.strictObject({ id: identifier }),
      body: threatFindingBody,
      response: writeAnswers(),
    },
    handler: async (request, reply) => {
      const receipt = await records.revise(request, { ...request.body, id: request.params.id });
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
  records.addReadingRoutes(app);
};
