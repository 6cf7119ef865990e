import fc from 'fast-check';
import type { Body } from '../capabilities/metrics/oracle.ts';
import { hash } from '../support/events.ts';
import {
  cycles,
  eventIds,
  everybody,
  firstRoles,
  moments,
  nowhere,
  organizations,
  type Person,
  services,
  unregistered,
} from './pool.ts';

/** One request to one of the endpoints; a batch is several of them. */
export interface Call {
  caller: Person;
  method: 'GET' | 'POST' | 'PATCH';
  /** The path under /api/v1/pilot, without the query. */
  path: string;
  /** The field that names the organisation, where there is one. */
  orgField: string | undefined;
  /** The body, or the query of a GET. */
  fields: Body;
}

/** Mostly the first one, so that requests are often equal. */
const mostly = <Value>(first: Value, ...others: Value[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(first) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

export const person = fc.constantFrom(...everybody);
export const org = fc.constantFrom(...Object.values(organizations));

const writers = firstRoles
  .filter(([, , role]) => role !== 'viewer')
  .map(([caller, org]) => ({ caller, org }));

/** Somebody and an organisation, mostly one in which they may write. */
export const somebodySomewhere: fc.Arbitrary<{ caller: Person; org: string }> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...writers) },
  { weight: 4, arbitrary: fc.record({ caller: fc.constant<Person>('appAdmin'), org }) },
  { weight: 2, arbitrary: fc.record({ caller: person, org }) },
  { weight: 1, arbitrary: fc.record({ caller: person, org: fc.constant(nowhere) }) },
);

const id = mostly(...eventIds);
const cycle = mostly(...cycles, unregistered);
const service = mostly(...services, unregistered);
const moment = mostly(...moments);

/** A request of somebody about an organisation, which `orgField` names. */
function call(
  method: Call['method'],
  path: string | fc.Arbitrary<string>,
  orgField: string,
  fields: fc.Arbitrary<Body>,
): fc.Arbitrary<Call> {
  return fc
    .record({
      where: somebodySomewhere,
      path: typeof path === 'string' ? fc.constant(path) : path,
      fields,
    })
    .map(({ where, path, fields }) => ({
      caller: where.caller,
      method,
      path,
      orgField,
      fields: { [orgField]: where.org, ...fields },
    }));
}

/** An event, which mostly has an id of its sender's choosing. */
const event = (kind: string, orgField: string, content: fc.Arbitrary<Body>) => {
  const named = fc.oneof(
    { weight: 7, arbitrary: fc.record({ id }) },
    { weight: 1, arbitrary: fc.constant({}) },
  );
  const fields = fc
    .record({ named, pilot_cycle_id: cycle, content })
    .map(({ named, content, ...rest }): Body => ({ ...named, ...rest, ...content }));
  return call('POST', `/events/${kind}`, orgField, fields);
};

/** A state of a referral with the fields that go with it. */
const terminalState = fc.record({
  state: fc.oneof(
    fc.constant<Body>({ referral_state: 'connected' }),
    fc.constant<Body>({ referral_state: 'failed', failure_reason_code: 'no_response' }),
  ),
  terminal_at: moment,
});
const referralState = (initiated: number) =>
  fc.oneof(
    { weight: initiated, arbitrary: fc.constant<Body>({ referral_state: 'initiated' }) },
    { weight: 3, arbitrary: terminalState.map(({ state, terminal_at }) => ({ ...state, terminal_at })) },
  );

const attempt = event(
  'contact-attempt',
  'recorded_by_org_id',
  fc.record({
    service_id: service,
    entity_key_hash: mostly(hash, hash.replace('a', 'b')),
    attempt_channel: fc.constant('phone'),
    attempt_outcome: mostly('no_response', 'connected'),
    attempted_at: moment,
  }),
);

/** No time of a referral may lie before its creation. */
const referral = event(
  'referral',
  'source_org_id',
  fc
    .record({
      target_service_id: service,
      created_at: moment,
      updated_at: moment,
      state: referralState(6),
    })
    .map(({ created_at, updated_at, state, ...rest }): Body => {
      const notBefore = (time: unknown) => (String(time) < created_at ? created_at : time);
      const fields = { ...rest, created_at, updated_at: notBefore(updated_at), ...state };
      return state.terminal_at ? { ...fields, terminal_at: notBefore(state.terminal_at) } : fields;
    }),
);

const referralUpdate = call(
  'PATCH',
  id.map((id) => `/events/referral/${id}`),
  'source_org_id',
  fc
    .record({ updated_at: fc.constantFrom(...moments), state: referralState(1) })
    .map(({ updated_at, state }) => ({ updated_at, ...state })),
);

const connection = event(
  'connection',
  'org_id',
  fc
    .record({ service_id: service, connected_at: moment, anchor: id, toReferral: fc.boolean() })
    .map(({ anchor, toReferral, ...rest }) => ({
      ...rest,
      [toReferral ? 'referral_event_id' : 'contact_attempt_event_id']: anchor,
    })),
);

const serviceStatus = event(
  'service-status',
  'org_id',
  fc.record({ service_id: service, checked_at: moment, status_code: mostly('available', 'closed') }),
);

const audit = event(
  'data-decay-audit',
  'org_id',
  fc
    .record({
      service_id: service,
      audited_at: moment,
      verification_mode: mostly('web_plus_call', 'web_only'),
      finding: mostly<Body>(
        { is_fatal: false },
        { is_fatal: true, fatal_error_category: 'wrong_or_disconnected_phone' },
      ),
    })
    .map(({ finding, ...rest }) => ({ ...rest, ...finding })),
);

const preference = event(
  'preference-fit',
  'org_id',
  fc.record({
    cohort_label: mostly('youth', 'seniors'),
    recorded_at: moment,
    preferred_via_careconnect: fc.boolean(),
  }),
);

const scopeEntry = call(
  'POST',
  '/scope/services',
  'org_id',
  fc.record({
    pilot_cycle_id: cycle,
    service_id: service,
    sla_tier: fc.constantFrom('crisis', 'high_demand', 'standard'),
  }),
);

const window = mostly<Body>({}, { window_start: moments[0], window_end: moments[2] });
const measured = fc
  .record({ pilot_cycle_id: cycle, window })
  .map(({ pilot_cycle_id, window }): Body => ({ pilot_cycle_id, ...window }));
const recompute = call('POST', '/metrics/recompute', 'org_id', measured);

const baselines = { baseline_failed_contact_rate: '0.5', baseline_p50_seconds_to_connection: '3600' };
const scorecard = call(
  'GET',
  '/metrics/scorecard',
  'org_id',
  fc
    .record({ measured, judged: mostly<Body>({}, baselines) })
    .map(({ measured, judged }) => ({ ...measured, ...judged })),
);

/** About all organisations together. */
const aboutCycle: fc.Arbitrary<Call> = fc
  .record({
    caller: mostly<Person>('appAdmin', ...everybody),
    what: fc.constantFrom(
      { method: 'POST', path: '/metrics/recompute' } as const,
      { method: 'GET', path: '/metrics/scorecard' } as const,
    ),
    fields: measured,
  })
  .map(({ caller, what, fields }) => ({ caller, ...what, orgField: undefined, fields }));

const decision: fc.Arbitrary<Call> = fc
  .record({
    caller: mostly<Person>('appAdmin', ...everybody),
    named: fc.oneof(fc.record({ id }), fc.constant({})),
    decision: fc.constantFrom('go', 'conditional', 'blocked'),
    redline_checklist_version: fc.constantFrom('v1', 'v2', 'V2'),
  })
  .map(({ caller, named, ...chosen }) => ({
    caller,
    method: 'POST',
    path: '/integration-feasibility',
    orgField: undefined,
    fields: {
      ...named,
      ...chosen,
      decision_date: '2026-03-01',
      violations: [],
      compensating_controls: ['Retention mapped before activation'],
      owners: ['governance-lead'],
    },
  }));

/** Any event; more of those that build on others. */
const anyEvent: fc.Arbitrary<Call> = fc.oneof(
  { weight: 2, arbitrary: attempt },
  { weight: 2, arbitrary: referral },
  { weight: 3, arbitrary: referralUpdate },
  { weight: 4, arbitrary: connection },
  { weight: 1, arbitrary: serviceStatus },
  { weight: 1, arbitrary: audit },
  { weight: 1, arbitrary: preference },
);

/** Any request to any endpoint that takes no batch. */
export const anyCall: fc.Arbitrary<Call> = fc.oneof(
  { weight: 14, arbitrary: anyEvent },
  { weight: 1, arbitrary: scopeEntry },
  { weight: 2, arbitrary: recompute },
  { weight: 2, arbitrary: scorecard },
  { weight: 3, arbitrary: aboutCycle },
  { weight: 2, arbitrary: decision },
);

/** Events of one caller that go together, about any organisations. All of them have ids, or a batch would not take them. */
export const anyBatch: fc.Arbitrary<Call[]> = fc
  .record({ caller: person, events: fc.array(anyEvent, { minLength: 1, maxLength: 8 }) })
  .map(({ caller, events }) =>
    events.map((event) => {
      const fields = event.method === 'POST' ? { id: eventIds[0], ...event.fields } : event.fields;
      return { ...event, caller, fields };
    }),
  );
