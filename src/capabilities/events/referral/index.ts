import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { readAnswers, writeAnswers } from '../../answers.ts';
import { uuid } from '../../fields.ts';
import { receipt, statusOf } from '../../receipt.ts';
import { referenceTables } from '../../references.ts';
import type { EventKinds } from '../event-kinds.ts';
import { type EventStatements, eventRecorder, insertedEvent, storedEvent } from '../record-event.ts';
import { referralBody, referralUpdateBody, referralUpdateParams } from './schema.ts';
import { referralUpdater } from './update-referral.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'referral',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 20,
  queue: 500,
};
const tables = [...referenceTables, 'pilot_referral_events', 'pilot_referral_event_history'];
const statements: EventStatements = {
  insert: loadStatement(import.meta.url, 'insert-referral.sql', insertedEvent),
  readStored: loadStatement(import.meta.url, 'read-referral-as-posted.sql', storedEvent),
};

/** POST /events/referral and PATCH /events/referral/{id}: a person was referred, and what became of it (M3). */
export const referral: FastifyPluginAsyncZod<{ kinds: EventKinds }> = async (app, { kinds }) => {
  const storage = app.storage(breakerPolicy, tables);
  const recordEvent = eventRecorder(storage, statements);
  const applyUpdate = referralUpdater(storage);

  const record = kinds.add({
    kind: 'referral',
    body: referralBody.safeExtend({ id: uuid }),
    record: (request: FastifyRequest, event: z.infer<typeof referralBody>) =>
      recordEvent(request, {
        orgId: event.source_org_id,
        id: event.id,
        cycleId: event.pilot_cycle_id,
        service: { field: 'target_service_id', value: event.target_service_id },
        row: event,
      }),
    touches: (event) => [`referral/${event.source_org_id}/${event.id}`],
  });
  const update = kinds.add({
    kind: 'referral-update',
    body: referralUpdateBody.safeExtend({ referral_id: uuid }),
    record: (
      request: FastifyRequest,
      { referral_id, ...update }: z.infer<typeof referralUpdateBody> & { referral_id: string },
    ) => applyUpdate(request, { id: referral_id, update }),
    touches: (update) => [`referral/${update.source_org_id}/${update.referral_id}`],
  });

  app.post('/events/referral', {
    ...app.guard({ bucket: 'events', permission: 'canCreateServices', storage }),
    schema: {
      tags: ['Events'],
      summary: 'Record a referral',
      body: referralBody,
      response: writeAnswers(422),
    },
    handler: async (request, reply) => {
      const receipt = await record(request, request.body);
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });

  app.patch('/events/referral/:id', {
    ...app.guard({ bucket: 'events', permission: 'canCreateServices', storage }),
    schema: {
      tags: ['Events'],
      summary: 'Update the state of a referral',
      params: referralUpdateParams,
      body: referralUpdateBody,
      response: readAnswers(receipt, 404, 409, 413, 415),
    },
    handler: async (request, reply) => {
      return reply.code(200).send(await update(request, { ...request.body, referral_id: request.params.id }));
    },
  });
};
