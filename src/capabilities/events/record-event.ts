import { randomUUIDv7 } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Statement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import type { Problem } from '../../errors.ts';
import { readAccessTo, refusalOf } from '../../plugins/authorisation.ts';
import type { Member, Outcome } from '../../plugins/group-commit.ts';
import type { Storage } from '../../plugins/storage.ts';
import { idConflict, insertedRow, storedRow } from '../idempotency.ts';
import { type Receipt, receiptOf } from '../receipt.ts';
import { missingReference, type References, readRegistered } from '../references.ts';

/** One event on its way to its table. */
export interface EventToRecord extends References {
  orgId: string;
  /** The client's id, which makes the request safe to repeat; the server makes one where there is none. */
  id: string | undefined;
  /** Its row: the columns by their names, the organisation's among them. What is no column is left out by the statements. */
  row: Readonly<Record<string, string | boolean | Date | undefined>>;
}

/** The statements of one kind of event. All of them take one parameter: the rows of several events, as JSON. */
export interface EventStatements {
  /** Stores those that are not there yet, and returns their keys. */
  insert: Statement<z.infer<typeof insertedEvent>>;
  /** Returns those that are there already, by their position, and whether they have the same content. */
  readStored: Statement<z.infer<typeof storedEvent>>;
  /** What else must hold: the refusals of those for which it does not, by their position. */
  check?: (transaction: Transaction, rows: string) => Promise<ReadonlyMap<number, Problem>>;
}

export const insertedEvent = insertedRow.extend({ org_id: z.string(), id: z.string() });
export const storedEvent = storedRow.extend({ position: z.number() });

interface Identified extends EventToRecord {
  id: string;
  /** Whether it may be stored already; an id of ours cannot. */
  mayBeStored: boolean;
}

type Event = Member<Identified>;

/**
 * Records events of one kind, each once: permission, references, then an insert that yields to an earlier one of the same
 * id, which is compared as stored (spec 2.4). Those that are sent at the same time share a transaction of two round trips:
 * the first reads all that decides about them, the second writes those that are new, and commits.
 * @returns what records one. @throws Problem `forbidden`, `unknown-reference`, `id-conflict`, or StorageFailure
 */
export function eventRecorder(
  storage: Storage,
  statements: EventStatements,
): (request: FastifyRequest, event: EventToRecord) => Promise<Receipt> {
  const record = storage.shared<Identified, Receipt>('write', async (transaction, members) => {
    const callers = Map.groupBy(members, ({ request }) => request.callerId);
    const verdicts = await Promise.all(
      [...callers].map(([callerId, events]) => look(transaction.as(callerId), statements, events)),
    );
    const outcomes = new Map<Event, Outcome<Receipt>>(verdicts.flat());
    const writes = [...callers].map(([callerId, events]) => {
      const fresh = firstOfEachKey(events.filter((event) => !outcomes.has(event)));
      return { fresh, inserted: insert(transaction.as(callerId), statements, fresh) };
    });
    return async () => {
      for (const { fresh, inserted } of writes) {
        for (const { org_id, id, recorded_at } of await inserted) {
          const event = fresh.get(keyOf(org_id, id));
          if (event) outcomes.set(event, { result: receiptOf(id, recorded_at, 'created') });
        }
      }
      // An id that another writer took in the meantime is missing from what was inserted.
      return members.map((member) => outcomes.get(member) ?? 'again');
    };
  });
  return (request, event) =>
    record(request, { ...event, id: event.id ?? randomUUIDv7(), mayBeStored: event.id !== undefined });
}

/** Reads what decides about one caller's events. Those that are to be written have no outcome yet. */
async function look(
  transaction: Transaction,
  statements: EventStatements,
  events: readonly Event[],
): Promise<[Event, Outcome<Receipt>][]> {
  const items = events.map(({ item }) => item);
  const mayBeStored = items.some((item) => item.mayBeStored);
  const rows = mayBeStored || statements.check ? rowsOf(items) : '';
  const [access, registered, refusals, stored] = await Promise.all([
    readAccessTo(
      transaction,
      items.map(({ orgId }) => orgId),
    ),
    readRegistered(transaction, items),
    statements.check?.(transaction, rows),
    mayBeStored ? transaction.run(statements.readStored, [rows]) : [],
  ]);
  const storedAt = new Map(stored.map((row) => [row.position, row]));
  return events.flatMap((event, index): [Event, Outcome<Receipt>][] => {
    const { request, item } = event;
    const refusal =
      refusalOf(access, request, item.orgId) ??
      missingReference(registered, item) ??
      refusals?.get(index + 1);
    if (refusal) return [[event, { refusal }]];
    const found = storedAt.get(index + 1);
    if (!found) return [];
    if (!found.same_content) return [[event, { refusal: idConflict() }]];
    return [[event, { result: receiptOf(item.id, found.recorded_at, 'replayed') }]];
  });
}

/** Sends one caller's events to their table, in the order of their keys, so that two transactions do not wait for each other. */
function insert(
  transaction: Transaction,
  statements: EventStatements,
  events: ReadonlyMap<string, Event>,
): Promise<z.infer<typeof insertedEvent>[]> | [] {
  if (events.size === 0) return [];
  const sorted = [...events.keys()].sort().flatMap((key) => events.get(key)?.item ?? []);
  return transaction.run(statements.insert, [rowsOf(sorted)]);
}

/** Of two events with the same key the first one is written; the other is compared with it by the next transaction. */
function firstOfEachKey(events: readonly Event[]): ReadonlyMap<string, Event> {
  const first = new Map<string, Event>();
  for (const event of events) {
    const key = keyOf(event.item.orgId, event.item.id);
    if (!first.has(key)) first.set(key, event);
  }
  return first;
}

function keyOf(orgId: string, id: string): string {
  return `${orgId}/${id}`;
}

function rowsOf(events: readonly Identified[]): string {
  return JSON.stringify(events.map(({ id, row }) => ({ ...row, id })));
}
