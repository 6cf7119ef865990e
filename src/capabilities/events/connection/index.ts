import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import type { Transaction } from '../../../database/tenant-transaction.ts';
import type { Problem } from '../../../errors.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { writeAnswers } from '../../answers.ts';
import { uuid } from '../../fields.ts';
import { statusOf } from '../../receipt.ts';
import { referenceTables, unknownReference } from '../../references.ts';
import type { EventKinds } from '../event-kinds.ts';
import { type EventStatements, eventRecorder, insertedEvent, storedEvent } from '../record-event.ts';
import { connectionBody } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'connection',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 20,
  queue: 500,
};
const tables = [
  ...referenceTables,
  'pilot_connection_events',
  'pilot_contact_attempt_events',
  'pilot_referral_events',
];
const readAnchors = loadStatement(
  import.meta.url,
  'read-anchors.sql',
  z.object({
    position: z.number(),
    field: z.enum(['contact_attempt_event_id', 'referral_event_id']),
    is_there: z.boolean(),
    is_later: z.boolean().nullable(),
  }),
);
const statements: EventStatements = {
  insert: loadStatement(import.meta.url, 'insert-connection.sql', insertedEvent),
  readStored: loadStatement(import.meta.url, 'read-connection.sql', storedEvent),
  check: refuseUnanchored,
};

/** POST /events/connection: a person reached a service; time-to-connection runs from the anchor (M2). */
export const connection: FastifyPluginAsyncZod<{ kinds: EventKinds }> = async (app, { kinds }) => {
  const storage = app.storage(breakerPolicy, tables);
  const recordEvent = eventRecorder(storage, statements);

  const record = kinds.add({
    kind: 'connection',
    body: connectionBody.safeExtend({ id: uuid }),
    record: (request: FastifyRequest, event: z.infer<typeof connectionBody>) =>
      recordEvent(request, {
        orgId: event.org_id,
        id: event.id,
        cycleId: event.pilot_cycle_id,
        service: { field: 'service_id', value: event.service_id },
        row: event,
      }),
    touches: ({ org_id, id, contact_attempt_event_id, referral_event_id }) => [
      `connection/${org_id}/${id}`,
      contact_attempt_event_id
        ? `contact-attempt/${org_id}/${contact_attempt_event_id}`
        : `referral/${org_id}/${referral_event_id}`,
    ],
  });

  app.post('/events/connection', {
    ...app.guard({ bucket: 'events', permission: 'canCreateServices', storage }),
    schema: {
      tags: ['Events'],
      summary: 'Record a connection',
      body: connectionBody,
      response: writeAnswers(422),
    },
    handler: async (request, reply) => {
      const receipt = await record(request, request.body);
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
};

/** The anchor must be this organisation's, of the same cycle, and not later than the connection (spec 2.4). */
async function refuseUnanchored(transaction: Transaction, rows: string): Promise<Map<number, Problem>> {
  const refusals = new Map<number, Problem>();
  for (const { position, field, is_there, is_later } of await transaction.run(readAnchors, [rows])) {
    if (!is_there) {
      const message = 'is not an event of this organisation in this cycle; send the anchor first';
      refusals.set(position, unknownReference([{ path: field, code: 'no_such_anchor', message }]));
    } else if (is_later) {
      const message = 'must not be before the event it is anchored to';
      refusals.set(position, unknownReference([{ path: 'connected_at', code: 'before_anchor', message }]));
    }
  }
  return refusals;
}
