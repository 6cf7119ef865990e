import { randomUUIDv7 } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../database/statement.ts';
import { assertPermitted } from '../../plugins/authorisation.ts';
import type { BreakerPolicy, Storage } from '../../plugins/storage.ts';
import { writeAnswers } from '../answers.ts';
import { type Receipt, receiptOf, statusOf } from '../receipt.ts';
import { assertRegistered, referenceTables } from '../references.ts';
import { scopeEntryBody } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'scope',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 10,
  queue: 100,
};
const tables = [...referenceTables, 'pilot_service_scope', 'pilot_service_scope_history'];
const arrivalRow = z.object({ recorded_at: z.date() });
const insertEntry = loadStatement(import.meta.url, 'insert-scope-entry.sql', arrivalRow);
const insertHistory = loadStatement(import.meta.url, 'insert-scope-history.sql', arrivalRow);
const updateEntry = loadStatement(import.meta.url, 'update-scope-entry.sql', z.object({ id: z.string() }));
const lockEntry = loadStatement(
  import.meta.url,
  'lock-scope-entry.sql',
  z.object({ id: z.string(), sla_tier: z.string(), recorded_at: z.date() }),
);

/** POST /scope/services: an organisation follows a service in a cycle, with a limit on how old its checks may be (M4). */
export const scope: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, tables);

  app.post('/scope/services', {
    ...app.guard({ bucket: 'events', permission: 'canCreateServices', storage }),
    schema: {
      tags: ['Scope'],
      summary: 'Put a service in scope, or change its tier',
      body: scopeEntryBody,
      response: writeAnswers(422),
    },
    handler: async (request, reply) => {
      const receipt = await putInScope(storage, request, request.body);
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
};

/** One entry per cycle, organisation and service; every tier it ever had stays in the history (spec 2.4). */
function putInScope(
  storage: Storage,
  request: FastifyRequest,
  entry: z.infer<typeof scopeEntryBody>,
): Promise<Receipt> {
  const { org_id, pilot_cycle_id, service_id, sla_tier } = entry;
  return storage.transaction(request, 'write', async (transaction) => {
    await assertPermitted(transaction, request, org_id);
    await assertRegistered(transaction, pilot_cycle_id, { field: 'service_id', value: service_id });
    const newId = randomUUIDv7();
    const [inserted] = await transaction.run(insertEntry, [
      org_id,
      newId,
      pilot_cycle_id,
      service_id,
      sla_tier,
    ]);
    if (inserted) {
      await transaction.one(insertHistory, [org_id, randomUUIDv7(), newId, sla_tier]);
      return receiptOf(newId, inserted.recorded_at, 'created');
    }
    const stored = await transaction.one(lockEntry, [org_id, pilot_cycle_id, service_id]);
    if (stored.sla_tier === sla_tier) return receiptOf(stored.id, stored.recorded_at, 'replayed');
    await transaction.one(updateEntry, [org_id, stored.id, sla_tier]);
    const { recorded_at } = await transaction.one(insertHistory, [
      org_id,
      randomUUIDv7(),
      stored.id,
      sla_tier,
    ]);
    return receiptOf(stored.id, recorded_at, 'updated');
  });
}
