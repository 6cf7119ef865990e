import assert from 'node:assert/strict';
import type { Test } from 'tap';
import type { Metric } from '../../../src/capabilities/metrics/schema.ts';
import { addMember, createCycle, createOrganization } from '../../../src/database/provisioning.ts';
import { hash } from '../../support/events.ts';
import { type Answer, type Caller, startTestService, type TestService } from '../../support/service.ts';
import { type Body, Fraction, gateOne, Oracle, type Window } from './oracle.ts';

/** A week that begins and ends on a local midnight in Toronto, with the change to daylight saving time in it. */
export const start = Date.parse('2026-03-05T05:00:00.000Z');
export const end = Date.parse('2026-03-12T04:00:00.000Z');
export const iso = (time: number) => new Date(time).toISOString();
export const windows = {
  open: {},
  fromStart: { window_start: iso(start) },
  untilEnd: { window_end: iso(end) },
  closed: { window_start: iso(start), window_end: iso(end) },
  firstMillisecond: { window_start: iso(start), window_end: iso(start + 1) },
  lastMillisecond: { window_start: iso(end - 1), window_end: iso(end) },
} satisfies Record<string, Window>;
export const services = [
  'service-one',
  'service-two',
  ...[3, 4, 5, 6, 7, 8, 9, 10].map((n) => `service-${n}`),
];

/** What is the same in every event of a kind unless a test says otherwise. */
const bodies = {
  'contact-attempt': (org: string, at: string) => ({
    recorded_by_org_id: org,
    service_id: services[0],
    entity_key_hash: hash,
    attempt_channel: 'phone',
    attempt_outcome: 'no_response',
    attempted_at: at,
  }),
  referral: (org: string, at: string) => ({
    source_org_id: org,
    target_service_id: services[0],
    created_at: at,
    updated_at: at,
  }),
  connection: (org: string, at: string) => ({ org_id: org, service_id: services[1], connected_at: at }),
  'service-status': (org: string, at: string) => ({
    org_id: org,
    service_id: services[0],
    checked_at: at,
    status_code: 'unknown',
  }),
  'data-decay-audit': (org: string, at: string) => ({
    org_id: org,
    service_id: services[0],
    audited_at: at,
    is_fatal: false,
    verification_mode: 'web_plus_call',
  }),
  'preference-fit': (org: string, at: string) => ({
    org_id: org,
    cohort_label: 'youth',
    recorded_at: at,
    preferred_via_careconnect: true,
  }),
} satisfies Record<string, (org: string, at: string) => Body>;

export type Kind = keyof typeof bodies;

export interface ApiRequest {
  method: 'post' | 'patch';
  path: string;
  body: Body;
}

/** The service and the oracle side by side, at one moment that does not pass. */
export interface World {
  service: TestService;
  oracle: Oracle;
  now: number;
  /** Two organisations and two cycles of which nothing is recorded. */
  tenants(): Promise<{ a: Org; b: Org; cycle: string; otherCycle: string }>;
}

export async function startWorld(t: Test): Promise<World> {
  const now = new Date();
  const service = await startTestService(t, { clock: () => now });
  await service.asOwner((client) =>
    client.query(
      `INSERT INTO pilot.services (id, name, fields_present, has_place)
       SELECT id, id, '{phone}', true FROM unnest($1::text[]) AS id`,
      [services.slice(2)],
    ),
  );
  let made = 0;
  const world: World = {
    service,
    oracle: new Oracle(),
    now: now.getTime(),
    tenants: () =>
      service.asOwner(async (client) => {
        const org = async (caller: Caller) => {
          const id = await createOrganization(client, 'An organisation', 'America/Toronto');
          await addMember(client, id, caller.userId, 'owner');
          return new Org(world, id, caller);
        };
        made += 1;
        const [cycle, otherCycle] = [`cycle-${made}-a`, `cycle-${made}-b`];
        for (const id of [cycle, otherCycle]) await createCycle(client, id);
        return { a: await org(service.owner), b: await org(service.ownerB), cycle, otherCycle };
      }),
  };
  return world;
}

/** Records for one organisation, in the service and in the oracle, and compares what the two make of it. */
export class Org {
  readonly #world: World;
  readonly id: string;
  readonly caller: Caller;
  readonly #counts = new Map<Kind, number>();

  constructor(world: World, id: string, caller: Caller) {
    this.#world = world;
    this.id = id;
    this.caller = caller;
  }

  /** Every kind and every organisation counts from one, so that different events share an id wherever they may. */
  body(kind: Kind, cycle: string, at: number, more: Body = {}): Body & { id: string } {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const id = `0190a6f0-0000-7000-8000-${String(count).padStart(12, '0')}`;
    return { id, pilot_cycle_id: cycle, ...bodies[kind](this.id, iso(at)), ...more };
  }

  /** Sends a request to both; 409 is an answer only to an update of a referral that comes too late. */
  async send({ method, path, body }: ApiRequest): Promise<Answer> {
    this.#world.oracle[method](path, body);
    const answer = await this.caller[method](path, body);
    assert.ok([200, method === 'post' ? 201 : 409].includes(answer.status), answer.text);
    return answer;
  }

  async record(kind: Kind, cycle: string, at: number, more?: Body): Promise<string> {
    const body = this.body(kind, cycle, at, more);
    await this.send({ method: 'post', path: `/events/${kind}`, body });
    return body.id;
  }

  scope(cycle: string, service_id: string | undefined, sla_tier: string): Promise<Answer> {
    const body = { pilot_cycle_id: cycle, org_id: this.id, service_id, sla_tier };
    return this.send({ method: 'post', path: '/scope/services', body });
  }

  /** Recomputes a window and compares every figure with the oracle's. @returns the figures by metric */
  async compare(cycle: string, window: Window, caller = this.caller): Promise<Record<string, Metric>> {
    return compareFigures(this.#world, this.id, cycle, window, caller);
  }

  /** Reads the scorecard of a window that was computed, and compares the verdict of Gate 1 with the oracle's. */
  async compareGate(cycle: string, window: Window, rate: string, p50: string) {
    const query = new URLSearchParams({
      pilot_cycle_id: cycle,
      org_id: this.id,
      ...window,
      baseline_failed_contact_rate: rate,
      baseline_p50_seconds_to_connection: p50,
    });
    const { body, status, text } = await this.caller.get(`/metrics/scorecard?${query}`);
    assert.equal(status, 200, text);
    const figures = this.#world.oracle.figures(this.id, cycle, window, this.#world.now);
    assertAgrees(body.gate_1, gateOne(figures, rate, p50));
    return body.gate_1;
  }
}

/** Recomputes a window of the whole cycle and compares every figure with the oracle's. @returns the figures by metric */
export function compareCycle(world: World, cycle: string, window: Window): Promise<Record<string, Metric>> {
  return compareFigures(world, null, cycle, window, world.service.appAdmin);
}

async function compareFigures(
  { service, oracle, now }: World,
  orgId: string | null,
  cycle: string,
  window: Window,
  caller: Caller,
): Promise<Record<string, Metric>> {
  const { body, status, text } = await caller.post('/metrics/recompute', {
    pilot_cycle_id: cycle,
    ...(orgId !== null && { org_id: orgId }),
    ...window,
  });
  if (status !== 200) assert.fail(`${text}\n${service.log().slice(-2_000)}`);
  const bounds = { start: window.window_start ?? null, end: window.window_end ?? null };
  assert.deepEqual([body.snapshots_written, body.window], [9, bounds]);
  const metrics: Metric[] = body.metrics;
  assertAgrees(
    metrics.map(({ query_id, query_version, calculated_at, previous, ...figure }) => figure),
    oracle.figures(orgId, cycle, window, now),
  );
  assert.deepEqual(Object.values(body.scorecard), [
    cycle,
    orgId,
    iso(now),
    bounds,
    ...metrics.map(({ value }) => value),
  ]);
  return Object.fromEntries(metrics.map((metric) => [metric.metric_id, metric]));
}

/** Runs `work` for each item, `width` at a time. */
export async function inParallel<Item>(
  width: number,
  items: Iterable<Item>,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** Everything has to be equal, and a number that stands for a fraction to 1e-9 of it. */
function assertAgrees(actual: unknown, expected: unknown): void {
  assert.deepStrictEqual(actual, settled(expected, actual));
}

function settled(expected: unknown, actual: unknown): unknown {
  if (expected instanceof Fraction) {
    const number = expected.toNumber();
    const close = typeof actual === 'number' && Math.abs(actual - number) <= 1e-9 * Math.abs(number);
    return close ? actual : number;
  }
  if (Array.isArray(expected)) return expected.map((item, index) => settled(item, Object(actual)[index]));
  if (expected === null || typeof expected !== 'object') return expected;
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [name, settled(value, Object(actual)[name])]),
  );
}
