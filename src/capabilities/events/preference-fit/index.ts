import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { writeAnswers } from '../../answers.ts';
import { uuid } from '../../fields.ts';
import { statusOf } from '../../receipt.ts';
import { referenceTables } from '../../references.ts';
import type { EventKinds } from '../event-kinds.ts';
import { type EventStatements, eventRecorder, insertedEvent, storedEvent } from '../record-event.ts';
import { preferenceFitBody } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'preference-fit',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 20,
  queue: 500,
};
const tables = [...referenceTables, 'pilot_preference_fit_events'];
const statements: EventStatements = {
  insert: loadStatement(import.meta.url, 'insert-preference-fit.sql', insertedEvent),
  readStored: loadStatement(import.meta.url, 'read-preference-fit.sql', storedEvent),
};

/** POST /events/preference-fit: would this cohort have preferred to come this way? (M7). */
export const preferenceFit: FastifyPluginAsyncZod<{ kinds: EventKinds }> = async (app, { kinds }) => {
  const storage = app.storage(breakerPolicy, tables);
  const recordEvent = eventRecorder(storage, statements);

  const record = kinds.add({
    kind: 'preference-fit',
    body: preferenceFitBody.safeExtend({ id: uuid }),
    record: (request: FastifyRequest, event: z.infer<typeof preferenceFitBody>) =>
      recordEvent(request, {
        orgId: event.org_id,
        id: event.id,
        cycleId: event.pilot_cycle_id,
        row: { ...event, preference_recorded_at: event.recorded_at },
      }),
    touches: (event) => [`preference-fit/${event.org_id}/${event.id}`],
  });

  app.post('/events/preference-fit', {
    ...app.guard({ bucket: 'events', permission: 'canCreateServices', storage }),
    schema: {
      tags: ['Events'],
      summary: 'Record a preference-fit answer',
      body: preferenceFitBody,
      response: writeAnswers(422),
    },
    handler: async (request, reply) => {
      const receipt = await record(request, request.body);
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
};
