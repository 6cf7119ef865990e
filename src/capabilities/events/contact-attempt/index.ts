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
import { contactAttemptBody } from './schema.ts';
import { storedEntityHash } from './stored-entity-hash.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'contact-attempt',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 20,
  queue: 500,
};
const tables = [...referenceTables, 'pilot_contact_attempt_events'];
const statements: EventStatements = {
  insert: loadStatement(import.meta.url, 'insert-contact-attempt.sql', insertedEvent),
  readStored: loadStatement(import.meta.url, 'read-contact-attempt.sql', storedEvent),
};

/** POST /events/contact-attempt: somebody tried to reach a service (M1, M5). */
export const contactAttempt: FastifyPluginAsyncZod<{ entityKeyPepper: string; kinds: EventKinds }> = async (
  app,
  { entityKeyPepper, kinds },
) => {
  const storage = app.storage(breakerPolicy, tables);
  const recordEvent = eventRecorder(storage, statements);

  const record = kinds.add({
    kind: 'contact-attempt',
    body: contactAttemptBody.safeExtend({ id: uuid }),
    record: (request: FastifyRequest, event: z.infer<typeof contactAttemptBody>) =>
      recordEvent(request, {
        orgId: event.recorded_by_org_id,
        id: event.id,
        cycleId: event.pilot_cycle_id,
        service: { field: 'service_id', value: event.service_id },
        row: {
          ...event,
          entity_key_hash: storedEntityHash(entityKeyPepper, event.recorded_by_org_id, event.entity_key_hash),
        },
      }),
    touches: (event) => [`contact-attempt/${event.recorded_by_org_id}/${event.id}`],
  });

  app.post('/events/contact-attempt', {
    ...app.guard({ bucket: 'events', permission: 'canCreateServices', storage }),
    schema: {
      tags: ['Events'],
      summary: 'Record a contact attempt',
      body: contactAttemptBody,
      response: writeAnswers(422),
    },
    handler: async (request, reply) => {
      const receipt = await record(request, request.body);
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
};
