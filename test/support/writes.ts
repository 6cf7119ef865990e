import { randomUUID } from 'node:crypto';
import type { ProblemCode } from '../../src/errors.ts';
import { at, eventKinds, later, referralBody } from './events.ts';
import { type Answer, cycle, type TestService } from './service.ts';

type Body = Record<string, unknown>;

export interface WriteRequest {
  method: 'post' | 'patch';
  path: string;
  body: Body;
}

/** One of the ways to write through the API. */
export interface Write {
  name: string;
  who: 'owner' | 'appAdmin';
  /** A request that was not sent yet. What it needs is stored. */
  request(service: TestService): Promise<WriteRequest>;
  /** Other content under the same id, where that is a conflict, and which one. */
  other?: { content(body: Body): Body; conflict: ProblemCode };
  /** What it says when it is sent first, and when it is repeated. */
  first: { status: number; body: Body };
  again: { status: number; body: Body };
  /** The tables it writes to. */
  tables: readonly string[];
}

const created = { status: 201, body: { status: 'created' } };
const updated = { status: 200, body: { status: 'updated' } };
const replayed = { status: 200, body: { status: 'replayed' } };

/** Sends what a test only needs to be there. */
async function store(sent: Promise<Answer>): Promise<void> {
  const { status } = await sent;
  if (status !== 201) throw new Error(`What a write needs could not be stored: ${status}.`);
}

async function scopeEntry({ asOwner, orgA }: TestService): Promise<WriteRequest> {
  const service = randomUUID();
  const sql = "INSERT INTO pilot.services (id, name, fields_present, has_place) VALUES ($1, $2, '{}', true)";
  await asOwner((client) => client.query(sql, [service, service]));
  const body = { pilot_cycle_id: cycle, org_id: orgA, service_id: service, sla_tier: 'crisis' };
  return { method: 'post', path: '/scope/services', body };
}

const scopeTables = ['pilot_service_scope', 'pilot_service_scope_history'];

/** Every write that may be repeated without writing twice. */
export const repeatableWrites: readonly Write[] = [
  ...eventKinds.map(
    (kind): Write => ({
      name: kind.name,
      who: 'owner',
      async request(service) {
        return { method: 'post', path: kind.path, body: { id: randomUUID(), ...(await kind.body(service)) } };
      },
      other: { content: kind.changed, conflict: 'id-conflict' },
      first: created,
      again: replayed,
      tables: kind.name === 'referral' ? [kind.table, 'pilot_referral_event_history'] : [kind.table],
    }),
  ),
  {
    name: 'referral update',
    who: 'owner',
    async request({ owner, orgA }) {
      const id = randomUUID();
      await store(owner.post('/events/referral', referralBody(orgA, { id })));
      const state = { referral_state: 'connected', updated_at: later, terminal_at: later };
      return { method: 'patch', path: `/events/referral/${id}`, body: { source_org_id: orgA, ...state } };
    },
    other: {
      content: (body) => ({ ...body, referral_state: 'client_withdrew' }),
      conflict: 'state-conflict',
    },
    first: updated,
    again: replayed,
    tables: ['pilot_referral_events', 'pilot_referral_event_history'],
  },
  {
    name: 'scope entry',
    who: 'owner',
    request: scopeEntry,
    first: created,
    again: replayed,
    tables: scopeTables,
  },
  {
    name: 'change of a tier',
    who: 'owner',
    async request(service) {
      const entry = await scopeEntry(service);
      await store(service.owner.post(entry.path, { ...entry.body, sla_tier: 'standard' }));
      return entry;
    },
    first: updated,
    again: replayed,
    tables: scopeTables,
  },
  {
    name: 'decision',
    who: 'appAdmin',
    async request() {
      const body = {
        id: randomUUID(),
        decision: 'go',
        decision_date: at.slice(0, 10),
        redline_checklist_version: 'redlines-v1',
        violations: [],
        compensating_controls: [],
        owners: ['governance-lead'],
      };
      return { method: 'post', path: '/integration-feasibility', body };
    },
    other: { content: (body) => ({ ...body, owners: ['somebody-else'] }), conflict: 'id-conflict' },
    first: created,
    again: replayed,
    tables: ['pilot_integration_feasibility_decisions'],
  },
];

const recomputed = { status: 200, body: { snapshots_written: 9 } };

/** Every write. A recompute is not repeated: it is done once more. */
export const everyWrite: readonly Write[] = [
  ...repeatableWrites,
  {
    name: 'recompute',
    who: 'owner',
    async request({ orgA }) {
      return { method: 'post', path: '/metrics/recompute', body: { pilot_cycle_id: cycle, org_id: orgA } };
    },
    first: recomputed,
    again: recomputed,
    tables: ['pilot_metric_snapshots'],
  },
  {
    name: 'recompute of a whole cycle',
    who: 'appAdmin',
    async request() {
      return { method: 'post', path: '/metrics/recompute', body: { pilot_cycle_id: cycle } };
    },
    first: recomputed,
    again: recomputed,
    tables: ['pilot_cycle_metric_snapshots'],
  },
];
