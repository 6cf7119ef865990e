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
import { serviceStatusBody } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'service-status',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 20,
  queue: 500,
};
const tables = [...referenceTables, 'service_operational_status_events'];
const statements: EventStatements = {
  insert: loadStatement(import.meta.url, 'insert-service-status.sql', insertedEvent),
  readStored: loadStatement(import.meta.url, 'read-service-status.sql', storedEvent),
};

/** POST /events/service-status: somebody looked whether a service is open (M4). */
export const serviceStatus: FastifyPluginAsyncZod<{ kinds: EventKinds }> = async (app, { kinds }) => {
  const storage = app.storage(breakerPolicy, tables);
  const recordEvent = eventRecorder(storage, statements);

  const record = kinds.add({
    kind: 'service-status',
    body: serviceStatusBody.safeExtend({ id: uuid }),
    record: (request: FastifyRequest, event: z.infer<typeof serviceStatusBody>) =>
      recordEvent(request, {
        orgId: event.org_id,
        id: event.id,
        cycleId: event.pilot_cycle_id,
        service: { field: 'service_id', value: event.service_id },
        row: event,
      }),
    touches: (event) => [`service-status/${event.org_id}/${event.id}`],
  });

  app.post('/events/service-status', {
    ...app.guard({ bucket: 'events', permission: 'canCreateServices', storage }),
    schema: {
      tags: ['Events'],
      summary: 'Record a service status check',
      body: serviceStatusBody,
      response: writeAnswers(422),
    },
    handler: async (request, reply) => {
      const receipt = await record(request, request.body);
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
};
