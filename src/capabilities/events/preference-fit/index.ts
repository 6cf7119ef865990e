import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { loadStatement } from '../../../database/statement.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { writeAnswers } from '../../answers.ts';
import { insertedRow, storedRow } from '../../idempotency.ts';
import { statusOf } from '../../receipt.ts';
import { referenceTables } from '../../references.ts';
import { recordEvent } from '../record-event.ts';
import { preferenceFitBody } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'preference-fit',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 20,
  queue: 500,
};
const tables = [...referenceTables, 'pilot_preference_fit_events'];
const insert = loadStatement(import.meta.url, 'insert-preference-fit.sql', insertedRow);
const readStored = loadStatement(import.meta.url, 'read-preference-fit.sql', storedRow);

/** POST /events/preference-fit: would this cohort have preferred to come this way? (M7). */
export const preferenceFit: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, tables);

  app.post('/events/preference-fit', {
    ...app.guard({ bucket: 'events', permission: 'canCreateServices', storage }),
    schema: {
      tags: ['Events'],
      summary: 'Record a preference-fit answer',
      body: preferenceFitBody,
      response: writeAnswers(422),
    },
    handler: async (request, reply) => {
      const event = request.body;
      const receipt = await recordEvent(storage, request, {
        orgId: event.org_id,
        id: event.id,
        cycleId: event.pilot_cycle_id,
        insert,
        readStored,
        values: [
          event.pilot_cycle_id,
          event.cohort_label,
          event.preferred_via_careconnect,
          event.recorded_at,
        ],
      });
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
};
