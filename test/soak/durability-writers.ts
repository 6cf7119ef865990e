import { createHash, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { storedEntityHash } from '../../src/capabilities/events/contact-attempt/stored-entity-hash.ts';
import { contactAttemptBody, referralBody } from '../support/events.ts';
import { cycle, pepper, service } from '../support/service.ts';

/** Clients that write events through everything that goes wrong, and keep account of what they were told. */

type Body = Record<string, unknown>;

export const places = [
  'pilot_contact_attempt_events',
  'pilot_connection_events',
  'pilot_referral_events',
  'pilot_referral_event_history',
  'service_operational_status_events',
  'pilot_data_decay_audits',
  'pilot_preference_fit_events',
  'pilot_service_scope',
  'pilot_service_scope_history',
] as const;

export type Place = (typeof places)[number];

/** A row that a request stores, found by its key in a place, with these columns. */
export interface ExpectedRow {
  place: Place;
  key: string;
  columns: Body;
}

/**
 * What the sender knows in the end:
 * - `acknowledged`: the last answer was 2xx
 * - `refused`: the last answer said that this request stored nothing
 * - `unknown`: there was no answer, or one that said so
 * - `misanswered`: the answer is none that this request may get, whatever else goes wrong
 */
export type Knowledge = 'acknowledged' | 'refused' | 'unknown' | 'misanswered';

export interface Entry {
  rows: readonly ExpectedRow[];
  knowledge: Knowledge;
  wasRepeated: boolean;
}

export interface Write {
  method: 'POST' | 'PATCH';
  path: string;
  body: Body;
  rows: readonly ExpectedRow[];
  /** It contradicts what is there, or names what is not: 4xx, whatever happens. */
  isWrong?: boolean;
}

export interface Sender {
  serviceUrl: string;
  orgId: string;
  token: string;
}

/** Services that a scope can be made of; `durability.ts` registers them. */
export const scopedServicePrefix = 'scoped-';
export const mostScopedServices = 100_000;

const start = Date.parse('2026-03-02T15:00:00.000Z');
const moment = (number: number, minutes = 0) => new Date(start + minutes * 60_000 + number).toISOString();

function event(place: Place, path: string, body: Body, columns: Body = {}): Write {
  return { method: 'POST', path: `/events/${path}`, body, rows: [{ place, key: String(body.id), columns }] };
}

function attempt(orgId: string, number: number, more: Body = {}): Write {
  const id = randomUUID();
  const entity_key_hash = createHash('sha256').update(id).digest('hex');
  const body = contactAttemptBody(orgId, { id, entity_key_hash, attempted_at: moment(number), ...more });
  const stored = storedEntityHash(pepper, orgId, entity_key_hash);
  return event('pilot_contact_attempt_events', 'contact-attempt', body, { ...body, entity_key_hash: stored });
}

const own = (org_id: string) => ({ id: randomUUID(), pilot_cycle_id: cycle, org_id });

/** Each makes the writes that one piece of work consists of; a later one needs the earlier ones. */
const pieces: readonly ((orgId: string, number: number) => Write[])[] = [
  (orgId, number) => {
    const anchor = attempt(orgId, number);
    const reached = {
      service_id: service,
      connected_at: moment(number, 90),
      contact_attempt_event_id: anchor.body.id,
    };
    const body = { ...own(orgId), ...reached };
    return [anchor, event('pilot_connection_events', 'connection', body, body)];
  },
  (orgId, number) => {
    const id = randomUUID();
    const times = { created_at: moment(number), updated_at: moment(number) };
    const body = referralBody(orgId, { id, ...times });
    const states = [
      {
        referral_state: 'initiated',
        updated_at: moment(number),
        terminal_at: null,
        failure_reason_code: null,
      },
      {
        referral_state: 'failed',
        updated_at: moment(number, 1),
        terminal_at: moment(number, 1),
        failure_reason_code: 'intake_closed',
      },
      {
        referral_state: 'connected',
        updated_at: moment(number, 2),
        terminal_at: moment(number, 2),
        failure_reason_code: null,
      },
    ];
    const { updated_at, ...fixed } = body;
    return states.map((columns, place): Write => {
      const history: ExpectedRow = {
        place: 'pilot_referral_event_history',
        key: `${id} ${columns.referral_state}`,
        columns,
      };
      if (place === 0) {
        const referral: ExpectedRow = { place: 'pilot_referral_events', key: id, columns: fixed };
        return { method: 'POST', path: '/events/referral', body, rows: [referral, history] };
      }
      const given = Object.entries(columns).filter(([, value]) => value !== null);
      const update = { source_org_id: orgId, ...Object.fromEntries(given) };
      return { method: 'PATCH', path: `/events/referral/${id}`, body: update, rows: [history] };
    });
  },
  (orgId, number) => {
    const body = { ...own(orgId), service_id: service, checked_at: moment(number), status_code: 'closed' };
    return [event('service_operational_status_events', 'service-status', body, body)];
  },
  (orgId, number) => {
    const checked = { audited_at: moment(number), is_fatal: false, verification_mode: 'web_only' };
    const body = { ...own(orgId), service_id: service, ...checked };
    return [event('pilot_data_decay_audits', 'data-decay-audit', body, body)];
  },
  (orgId, number) => {
    const said = { cohort_label: 'youth', preferred_via_careconnect: number % 2 === 0 };
    const body = { ...own(orgId), ...said };
    const at = moment(number);
    return [
      event(
        'pilot_preference_fit_events',
        'preference-fit',
        { ...body, recorded_at: at },
        { ...body, preference_recorded_at: at },
      ),
    ];
  },
  (orgId, number) => {
    const service_id = `${scopedServicePrefix}${number}`;
    return ['standard', 'crisis'].map((sla_tier, place): Write => {
      const entry: ExpectedRow = { place: 'pilot_service_scope', key: service_id, columns: {} };
      const history: ExpectedRow = {
        place: 'pilot_service_scope_history',
        key: `${service_id} ${sla_tier}`,
        columns: {},
      };
      return {
        method: 'POST',
        path: '/scope/services',
        body: { pilot_cycle_id: cycle, org_id: orgId, service_id, sla_tier },
        rows: place === 0 ? [entry, history] : [history],
      };
    });
  },
  (orgId, number) => {
    const first = attempt(orgId, number);
    const contradiction = attempt(orgId, number, { id: first.body.id, attempt_channel: 'email' });
    return [first, { ...contradiction, isWrong: true }];
  },
  (orgId, number) => [{ ...attempt(orgId, number, { service_id: 'nobody' }), isWrong: true }],
];

const timeoutMs = 10_000;
export const pauseMs = 50;
export const givesUpAfterMs = 60_000;
const problem = z.object({ type: z.string() });

/** What one number's piece of work consists of. */
export function pieceOf(orgId: string, number: number): Write[] {
  return pieces[number % pieces.length]?.(orgId, number) ?? [];
}

/** The status and the body of an answer; undefined when it did not come, or not whole. */
export async function answerTo(
  { serviceUrl, token }: Sender,
  { method, path, body }: Pick<Write, 'method' | 'path' | 'body'>,
) {
  try {
    const response = await fetch(`${serviceUrl}/api/v1/pilot${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer: unknown = await response.json();
    return { status: response.status, answer };
  } catch {
    return undefined;
  }
}

async function send(sender: Sender, write: Write): Promise<Knowledge> {
  const answer = await answerTo(sender, write);
  if (answer === undefined) return 'unknown';
  if (problem.safeParse(answer.answer).data?.type === '/problems/outcome-unknown') return 'unknown';
  const { status } = answer;
  if (status === 503 || (status >= 400 && status < 500 && write.isWrong)) return 'refused';
  return status < 300 && !write.isWrong ? 'acknowledged' : 'misanswered';
}

/**
 * Writes one piece of work after the other, as long as `goesOn`. A persistent writer repeats each request until it has a
 * final answer; another one sends each request once, whatever becomes of it.
 */
export async function write(
  sender: Sender,
  isPersistent: boolean,
  nextNumber: () => number,
  goesOn: () => boolean,
  account: Entry[],
): Promise<void> {
  while (goesOn()) {
    const number = nextNumber();
    for (const request of pieceOf(sender.orgId, number)) {
      let knowledge = await send(sender, request);
      let wasRepeated = false;
      const mayChange = () => knowledge === 'unknown' || (knowledge === 'refused' && !request.isWrong);
      for (const started = performance.now(); isPersistent && mayChange(); ) {
        if (performance.now() - started > givesUpAfterMs) throw new Error('A request has no final answer.');
        await setTimeout(pauseMs);
        knowledge = await send(sender, request);
        wasRepeated = true;
      }
      // What is wrong is never stored, whatever became of its answer.
      const isUnstored = request.isWrong && knowledge !== 'misanswered';
      account.push({ rows: request.rows, knowledge: isUnstored ? 'refused' : knowledge, wasRepeated });
      if (knowledge === 'acknowledged') continue;
      if (mayChange()) await setTimeout(pauseMs);
      break;
    }
  }
}
