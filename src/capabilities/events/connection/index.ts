import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import type { Transaction } from '../../../database/tenant-transaction.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { writeAnswers } from '../../answers.ts';
import { uuid } from '../../fields.ts';
import { insertedRow, storedRow } from '../../idempotency.ts';
import { statusOf } from '../../receipt.ts';
import { referenceTables, unknownReference } from '../../references.ts';
import type { EventKinds } from '../event-kinds.ts';
import { recordEvent } from '../record-event.ts';
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
const insert = loadStatement(import.meta.url, 'insert-connection.sql', insertedRow);
const readStored = loadStatement(import.meta.url, 'read-connection.sql', storedRow);
const readAnchor = loadStatement(import.meta.url, 'read-anchor.sql', z.object({ starts_at: z.date() }));

/** POST /events/connection: a person reached a service; time-to-connection runs from the anchor (M2). */
export const connection: FastifyPluginAsyncZod<{ kinds: EventKinds }> = async (app, { kinds }) => {
  const storage = app.storage(breakerPolicy, tables);

  const record = (request: FastifyRequest, event: z.infer<typeof connectionBody>) =>
    recordEvent(storage, request, {
      orgId: event.org_id,
      id: event.id,
      cycleId: event.pilot_cycle_id,
      service: { field: 'service_id', value: event.service_id },
      check: (transaction) => assertAnchored(transaction, event),
      insert,
      readStored,
      values: [
        event.pilot_cycle_id,
        event.service_id,
        event.connected_at,
        event.contact_attempt_event_id ?? null,
        event.referral_event_id ?? null,
      ],
    });

  kinds.add({
    kind: 'connection',
    body: connectionBody.safeExtend({ id: uuid }),
    record,
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
async function assertAnchored(
  transaction: Transaction,
  event: z.infer<typeof connectionBody>,
): Promise<void> {
  const { org_id, pilot_cycle_id, contact_attempt_event_id = null, referral_event_id = null } = event;
  const anchors = [org_id, pilot_cycle_id, contact_attempt_event_id, referral_event_id];
  const [anchor] = await transaction.run(readAnchor, anchors);
  const path = contact_attempt_event_id ? 'contact_attempt_event_id' : 'referral_event_id';
  if (!anchor) {
    const message = 'is not an event of this organisation in this cycle; send the anchor first';
    throw unknownReference([{ path, code: 'no_such_anchor', message }]);
  }
  if (event.connected_at < anchor.starts_at) {
    const message = 'must not be before the event it is anchored to';
    throw unknownReference([{ path: 'connected_at', code: 'before_anchor', message }]);
  }
}
