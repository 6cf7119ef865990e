import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import { Problem } from '../../../errors.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { writeAnswers } from '../../answers.ts';
import { identifier } from '../../fields.ts';
import { answeredTime, GovernanceRecords, latestRow } from '../../governance-records.ts';
import { insertedRow } from '../../idempotency.ts';
import { statusOf } from '../../receipt.ts';
import { notRegistered, unknownReference } from '../../references.ts';
import { partner, partnerBody } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'gate-0-partners',
  opensAfterFailures: 3,
  halfOpenAfterMs: 2_000,
  concurrency: 2,
  queue: 100,
};
const table = 'gate_0_partners';
const partnerRow = partner.extend({ recorded_at: answeredTime });

/** What the verdict of Gate 0 reads, too. */
export const readPartners = loadStatement(import.meta.url, 'read-partners.sql', partnerRow);

const statements = {
  insert: loadStatement(import.meta.url, 'insert-partner.sql', insertedRow),
  readCurrent: readPartners,
  readHistory: loadStatement(import.meta.url, 'read-partner-history.sql', partnerRow),
};
const readPartnerReferences = loadStatement(
  import.meta.url,
  'read-partner-references.sql',
  z.object({ has_cycle: z.boolean(), has_organisation: z.boolean(), is_taken: z.boolean() }),
);

/** /gate-0/partners: who takes part in a cycle, as a provider or at the front line (spec 5, G0-8). */
export const partners: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, ['pilot_cycles', table]);
  const records = new GovernanceRecords(storage, {
    path: '/gate-0/partners',
    table,
    one: 'partner',
    many: 'partners',
    id: identifier,
    item: partner,
    latest: latestRow.extend({ content: partner.pick({ pilot_cycle_id: true }).loose() }),
    statements,
  });

  app.put('/gate-0/partners/:id', {
    ...app.guard({ bucket: 'events', permission: 'canGovern', storage }),
    schema: {
      tags: ['Governance'],
      summary: 'Record a partner of a cycle, or change its role or status',
      description:
        'A partner stays in its cycle. An organisation is one frontline partner of a cycle at most, withdrawn ones not counted.',
      params: z.strictObject({ id: identifier }),
      body: partnerBody,
      response: writeAnswers(422),
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const { pilot_cycle_id, org_id = null, status } = request.body;
      const receipt = await records.revise(request, { ...request.body, id }, async (latest, transaction) => {
        const found = await transaction.one(readPartnerReferences, [id, pilot_cycle_id, org_id]);
        const errors = [
          ...(found.has_cycle ? [] : [notRegistered('pilot_cycle_id', 'a registered cycle')]),
          ...(found.has_organisation ? [] : [notRegistered('org_id', 'a registered organisation')]),
        ];
        if (errors.length > 0) return unknownReference(errors);
        if (latest && latest.content.pilot_cycle_id !== pilot_cycle_id) return otherCycle();
        return found.is_taken && status !== 'withdrawn' ? alreadyPartner() : undefined;
      });
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
  records.addReadingRoutes(app);
};

function otherCycle(): Problem {
  return new Problem(
    'state-conflict',
    'This partner belongs to another cycle. Record it under a new id for this one.',
  );
}

function alreadyPartner(): Problem {
  return new Problem(
    'state-conflict',
    'This organisation is already a frontline partner of this cycle. Change that record, or withdraw it first.',
  );
}
