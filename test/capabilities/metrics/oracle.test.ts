import fc from 'fast-check';
import t from 'tap';
import type { Body } from './oracle.ts';
import {
  type ApiRequest,
  compareCycle,
  end,
  inParallel,
  iso,
  type Kind,
  type Org,
  services,
  start,
  startWorld,
  windows,
} from './oracle-world.ts';

/** Random events of every kind through the API, and the figures of every window against the oracle. */
const world = await startWorld(t);

const hour = 3_600_000;
const around = (...moments: number[]) =>
  fc.constantFrom(...moments.flatMap((moment) => [moment - 1, moment, moment + 1]));
const moment = fc.oneof(
  { weight: 3, arbitrary: around(start, end) },
  { weight: 1, arbitrary: fc.integer({ min: start - 48 * hour, max: end + 48 * hour }) },
);
const limits = [0, 24 * hour, 48 * hour, 168 * hour];
const checkMoment = fc.oneof(
  {
    weight: 4,
    arbitrary: around(...[end, start + 1, world.now].flatMap((at) => limits.map((age) => at - age))),
  },
  { weight: 1, arbitrary: moment },
);
const duration = fc.oneof(
  fc.constantFrom(0, 1, 499, 500, 501, 1499, 1500, 2500, 3499, 3500, 86_399_500),
  fc.integer({ min: 0, max: 500 * hour }),
);
const person = fc.nat(4).map((number) => 'abcdef0123456789'.repeat(4).replace(/^./, String(number)));
const spelling = fc.constantFrom('toLowerCase', 'toUpperCase');
const service = fc.constantFrom(...services.slice(0, 4));
const tier = fc.constantFrom('crisis', 'high_demand', 'standard');
const terminalState = fc.constantFrom('connected', 'failed', 'client_withdrew', 'no_response_timeout');

/** One event, as the requests that are sent for it one after the other. */
interface Chain {
  requests(org: Org, cycle: string): ApiRequest[];
}

const chain = <Data>(
  data: fc.Arbitrary<Data>,
  requests: (data: Data, org: Org, cycle: string) => ApiRequest[],
): fc.Arbitrary<Chain> =>
  data.map((data) => ({
    requests: (org, cycle) => requests(data, org, cycle),
    [fc.toStringMethod]: () => fc.stringify(data),
  }));

const post = (path: string, body: Body): ApiRequest => ({ method: 'post', path, body });

const simple = (kind: Kind, at: fc.Arbitrary<number>, more: fc.Arbitrary<Body>) =>
  chain(fc.record({ kind: fc.constant(kind), at, more }), ({ kind, at, more }, org, cycle) => [
    post(`/events/${kind}`, org.body(kind, cycle, at, more)),
  ]);

const attempt = simple(
  'contact-attempt',
  moment,
  fc.record({
    attempt_outcome: fc.constantFrom('connected', 'no_response', 'disconnected_number', 'other_failure'),
    entity_key_hash: fc.tuple(person, spelling).map(([hash, spell]) => hash[spell]()),
  }),
);
const audit = simple(
  'data-decay-audit',
  moment,
  fc.oneof(
    fc.record({ verification_mode: fc.constantFrom('web_only', 'web_plus_call', 'provider_confirmation') }),
    fc.constant({ is_fatal: true, fatal_error_category: 'wrong_or_disconnected_phone' }),
  ),
);
const preference = simple('preference-fit', moment, fc.record({ preferred_via_careconnect: fc.boolean() }));
const status = simple(
  'service-status',
  checkMoment,
  fc.record({
    service_id: service,
    status_code: fc.constantFrom('available', 'temporarily_unavailable', 'closed', 'unknown'),
  }),
);

/** A connection brings its anchor along, which an attempt or a referral may be. */
const connection = chain(
  fc.record({ connected: moment, duration, anchor: fc.constantFrom('contact-attempt', 'referral') }),
  ({ connected, duration, anchor }, org, cycle) => {
    const anchored = org.body(anchor, cycle, connected - duration);
    const field = anchor === 'referral' ? 'referral_event_id' : 'contact_attempt_event_id';
    const body = org.body('connection', cycle, connected, { [field]: anchored.id });
    return [post(`/events/${anchor}`, anchored), post('/events/connection', body)];
  },
);

/** A referral and its updates, which need not arrive in their own order. */
const referral = chain(
  fc.record({
    created: moment,
    posted: fc.option(terminalState),
    updates: fc.uniqueArray(fc.record({ state: terminalState, after: fc.integer({ min: 0, max: 3 }) }), {
      selector: ({ after }) => after,
      maxLength: 3,
    }),
  }),
  ({ created, posted, updates }, org, cycle) => {
    const state = posted && { referral_state: posted, terminal_at: iso(created) };
    const first = org.body('referral', cycle, created, state ?? {});
    const changes = updates.map(({ state, after }): ApiRequest => {
      const updated_at = iso(created + after * hour);
      const body = { source_org_id: org.id, referral_state: state, updated_at, terminal_at: updated_at };
      return { method: 'patch', path: `/events/referral/${first.id}`, body };
    });
    return [post('/events/referral', first), ...changes];
  },
);

/** Services in scope, each of which is then moved to another tier or put there again. */
const scope = chain(
  fc.uniqueArray(fc.record({ service_id: service, tiers: fc.array(tier, { minLength: 1, maxLength: 3 }) }), {
    selector: ({ service_id }) => service_id,
  }),
  (entries, { id: org_id }, pilot_cycle_id) =>
    entries.flatMap(({ service_id, tiers }) =>
      tiers.map((sla_tier) => post('/scope/services', { pilot_cycle_id, org_id, service_id, sla_tier })),
    ),
);

/** Where a chain belongs, and how many of its requests are sent once more when it is through. */
const place = { ofB: fc.boolean(), inOtherCycle: fc.integer({ min: 0, max: 4 }), repeats: fc.nat(2) };
const anyEvent = fc.oneof(
  attempt,
  attempt,
  audit,
  preference,
  status,
  status,
  connection,
  connection,
  referral,
);
const events = fc.array(fc.record({ event: anyEvent, ...place }), { maxLength: 140, size: 'max' });
const scopes = fc.tuple(scope, scope, scope);

/** The same request, with its times and UUIDs written in another way. */
function respelled({ method, path, body }: ApiRequest): ApiRequest {
  const spell = (value: unknown) => {
    if (typeof value !== 'string') return value;
    if (/^\d{4}-.*Z$/.test(value)) return `${iso(Date.parse(value) + 2 * hour).slice(0, -1)}999+02:00`;
    return /^[\da-f-]{36}$/.test(value) ? value.toUpperCase() : value;
  };
  const entries = Object.entries(body).map(([name, value]) => [name, spell(value)]);
  return { method, path, body: Object.fromEntries(entries) };
}

t.test('every figure of every window is the oracle’s', async () => {
  const property = fc.asyncProperty(events, scopes, async (events, [ofA, ofB, ofOtherCycle]) => {
    const { a, b, cycle, otherCycle } = await world.tenants();
    const requests: [Org, ApiRequest[]][] = [
      [a, ofA.requests(a, cycle)],
      [b, ofB.requests(b, cycle)],
      [a, ofOtherCycle.requests(a, otherCycle)],
      ...events.map(({ event, ofB, inOtherCycle, repeats }): [Org, ApiRequest[]] => {
        const org = ofB ? b : a;
        const sent = event.requests(org, inOtherCycle === 0 ? otherCycle : cycle);
        return [org, [...sent, ...sent.slice(0, repeats).map(respelled)]];
      }),
    ];
    await inParallel(12, requests, async ([org, chain]) => {
      for (const request of chain) await org.send(request);
    });
    await inParallel(2, [a, b], async (org) => {
      for (const window of Object.values(windows)) await org.compare(cycle, window);
      // An app admin sees the rows of every organisation.
      await org.compare(cycle, windows.open, world.service.appAdmin);
      await org.compare(otherCycle, windows.open);
    });
    for (const window of Object.values(windows)) await compareCycle(world, cycle, window);
  });
  await fc.assert(property, { numRuns: 16, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true });
});
