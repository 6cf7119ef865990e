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
import { dataDecayAuditBody } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'data-decay-audit',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 20,
  queue: 500,
};
const tables = [...referenceTables, 'pilot_data_decay_audits'];
const statements: EventStatements = {
  insert: loadStatement(import.meta.url, 'insert-data-decay-audit.sql', insertedEvent),
  readStored: loadStatement(import.meta.url, 'read-data-decay-audit.sql', storedEvent),
};

/** POST /events/data-decay-audit: a listing was checked against the world (M6). */
export const dataDecayAudit: FastifyPluginAsyncZod<{ kinds: EventKinds }> = async (app, { kinds }) => {
  const storage = app.storage(breakerPolicy, tables);
  const recordEvent = eventRecorder(storage, statements);

  const record = kinds.add({
    kind: 'data-decay-audit',
    body: dataDecayAuditBody.safeExtend({ id: uuid }),
    record: (request: FastifyRequest, event: z.infer<typeof dataDecayAuditBody>) =>
      recordEvent(request, {
        orgId: event.org_id,
        id: event.id,
        cycleId: event.pilot_cycle_id,
        service: { field: 'service_id', value: event.service_id },
        row: event,
      }),
    touches: (event) => [`data-decay-audit/${event.org_id}/${event.id}`],
  });

  app.post('/events/data-decay-audit', {
    ...app.guard({ bucket: 'events', permission: 'canCreateServices', storage }),
    schema: {
      tags: ['Events'],
      summary: 'Record a data-decay audit',
      body: dataDecayAuditBody,
      response: writeAnswers(422),
    },
    handler: async (request, reply) => {
      const receipt = await record(request, request.body);
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
};
