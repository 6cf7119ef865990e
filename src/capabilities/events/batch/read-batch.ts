import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { Problem } from '../../../errors.ts';
import { httpLimits } from '../../../http-limits.ts';
import { type BodyReading, readJson, readKeysInTurns } from '../../../plugins/json-body.ts';
import { refusalOf } from '../../../plugins/privacy-guard.ts';
import { bodyTooLarge } from '../../../plugins/problem-details.ts';
import { uuid } from '../../fields.ts';
import type { AcceptedEvent, EventKinds } from '../event-kinds.ts';
import { cutEvents } from './cut-events.ts';
import { envelope, mostEvents } from './schema.ts';

/** An event of a batch after everything that can be said of it without the database. */
export type CheckedEvent = { id: string | null; kind: string | undefined } & (
  | { accepted: AcceptedEvent }
  | { problem: Problem }
);

interface Batch {
  /** The envelope, for its schema. */
  value: unknown;
  reading: BodyReading;
  /** Undefined when the batch is refused as a whole. */
  events: readonly CheckedEvent[] | undefined;
}

/** After so many bytes others get their turn: reading them takes a few milliseconds, as a single body may. */
const bytesPerTurn = httpLimits.bodyBytes;

/**
 * Reads a batch. Every event is read and judged as if it were a body of its own. In a batch that is refused as a whole there
 * are no such events, and all keys count for the whole: a privacy key wins over whatever else is wrong.
 */
export async function readBatch(bytes: Buffer, kinds: EventKinds, isRefused: boolean): Promise<Batch> {
  const cut = cutEvents(bytes, mostEvents, httpLimits.bodyBytes);
  const { value, keys, fault } = readEnvelope(bytes, cut.envelope);
  const isAcceptable = !isRefused && fault === undefined && envelope.safeParse(value).success;
  const events = isAcceptable ? await checkEvents(cut.events, kinds) : undefined;
  if (events) return { value, reading: { keys, fault }, events };
  const reading = { keys: await readKeysInTurns(bytes), fault: isAcceptable ? ('not_json' as const) : fault };
  return { value, reading, events };
}

function readEnvelope(bytes: Buffer, around: Buffer | undefined): BodyReading & { value: unknown } {
  if (!isUtf8(bytes)) return { value: undefined, keys: [], fault: 'not_json' };
  if (!around) return { value: undefined, keys: [], fault: 'too_much_around' };
  return readJson(around);
}

/** @returns undefined when one of them is not JSON, and so the batch is not */
async function checkEvents(texts: readonly Buffer[], kinds: EventKinds): Promise<CheckedEvent[] | undefined> {
  const events: CheckedEvent[] = [];
  let bytes = 0;
  for (const text of texts) {
    const event = checkEvent(text, kinds);
    if (!event) return undefined;
    events.push(event);
    bytes += text.length;
    if (bytes < bytesPerTurn) continue;
    bytes = 0;
    await nextTurn();
  }
  return events;
}

function checkEvent(text: Buffer, kinds: EventKinds): CheckedEvent | undefined {
  // Like a body of this size, it is refused before anything looks into it.
  if (text.length > httpLimits.bodyBytes)
    return { id: null, kind: undefined, problem: bodyTooLarge(httpLimits.bodyBytes) };
  const { value, ...reading } = readJson(text);
  if (reading.fault === 'not_json') return undefined;
  const refusal = refusalOf(reading);
  // Of two ids it is not known which is meant.
  const id = reading.fault ? null : idOf(value);
  const kind = kinds.kindOf(value);
  if (refusal) return { id, kind, problem: refusal };
  const checked = kinds.accept(value);
  return 'error' in checked ? { id, kind, problem: checked.error } : { id, kind, accepted: checked.value };
}

const idOrNull = uuid.nullable().catch(null);
const ids = z.object({ id: idOrNull, referral_id: idOrNull }).catch({ id: null, referral_id: null });

/** The id by which the sender knows an event, or knows the referral that it updates; null unless it is a UUID. */
function idOf(event: unknown): string | null {
  const { id, referral_id } = ids.parse(event);
  return id ?? referral_id;
}
