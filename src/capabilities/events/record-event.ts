import type { FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import type { SqlValue, Statement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { assertPermitted } from '../../plugins/authorisation.ts';
import type { Storage } from '../../plugins/storage.ts';
import { idConflict, type insertedRow, type storedRow } from '../idempotency.ts';
import { type Receipt, receiptOf } from '../receipt.ts';
import { assertRegistered, type NamedReference } from '../references.ts';

/** One event on its way to its table. Both statements take `values`; `$1` is the organisation and `$2` the id. */
export interface EventToRecord {
  orgId: string;
  /** The client's id, which makes the request safe to repeat; the server makes one where there is none. */
  id: string | undefined;
  cycleId: string;
  service?: NamedReference;
  insert: Statement<z.infer<typeof insertedRow>>;
  readStored: Statement<z.infer<typeof storedRow>>;
  /** The columns after the organisation and the id. */
  values: readonly SqlValue[];
  /** What else must hold before the event is stored; throws a Problem. */
  check?: (transaction: Transaction) => Promise<void>;
  /** What else is stored with a new event, in the same transaction. */
  afterInsert?: (transaction: Transaction, id: string) => Promise<void>;
}

/**
 * Records an event once: permission, references, then an insert that yields to an earlier one of the same id. An event
 * that is there already is read back in a following statement, because a statement that races another insert can return
 * nothing (spec 4.2), and compared as stored (spec 2.4).
 * @throws Problem `forbidden`, `unknown-reference`, `id-conflict`, or StorageFailure
 */
export function recordEvent(
  storage: Storage,
  request: FastifyRequest,
  event: EventToRecord,
): Promise<Receipt> {
  const id = event.id ?? uuidv7();
  const values = [event.orgId, id, ...event.values];
  return storage.transaction(request, 'write', async (transaction) => {
    await assertPermitted(transaction, request, event.orgId);
    await assertRegistered(transaction, event.cycleId, event.service);
    await event.check?.(transaction);
    const [inserted] = await transaction.run(event.insert, values);
    if (inserted) {
      await event.afterInsert?.(transaction, id);
      return receiptOf(id, inserted.recorded_at, 'created');
    }
    const stored = await transaction.one(event.readStored, values);
    if (!stored.same_content) throw idConflict();
    return receiptOf(id, stored.recorded_at, 'replayed');
  });
}
