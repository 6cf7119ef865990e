import fc from 'fast-check';
import { at, contactAttemptBody, referralBody } from '../../support/events.ts';
import { cycle, otherService, service } from '../../support/service.ts';
import type { WriteRequest } from '../../support/writes.ts';

/**
 * What happened in an organisation, as fast-check makes it up: events of every kind, updates of referrals with times of
 * their own, connections to what came before, and services in scope. All within a few hours, so that times coincide.
 */
const hours = 6;
const hour = fc.nat(hours);
const time = (hour: number) => new Date(Date.parse(at) + hour * 3_600_000).toISOString();
const few = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { maxLength: 3 });
const anyService = fc.constantFrom(service, otherService);
const terminalState = fc.constantFrom('connected', 'failed', 'client_withdrew', 'no_response_timeout');

const attempt = fc.record({
  hour,
  outcome: fc.constantFrom('connected', 'no_response', 'other_failure'),
  person: fc.nat(2),
});
/** An update as late as the referral was posted is refused, and so is an end before the beginning, whenever it arrives. */
const update = fc.record({
  after: fc.nat(4),
  state: terminalState,
  endsEarly: fc.nat(4).map((n) => n === 0),
});
const referral = fc.record({
  hour,
  posted: fc.option(terminalState),
  updates: fc.uniqueArray(update, { selector: ({ after }) => after, maxLength: 4 }),
});

export const story = fc.record({
  attempts: few(attempt),
  referrals: few(referral),
  connections: few(fc.record({ anchor: fc.nat(), after: fc.nat(3), service: anyService })),
  statuses: few(fc.record({ hour, service: anyService, code: fc.constantFrom('available', 'closed') })),
  audits: few(fc.record({ hour, fatal: fc.boolean() })),
  preferences: few(fc.record({ hour, preferred: fc.boolean() })),
  scope: fc.uniqueArray(
    fc.record({ service: anyService, tier: fc.constantFrom('crisis', 'high_demand', 'standard') }),
    { selector: ({ service }) => service },
  ),
});

type Story = typeof story extends fc.Arbitrary<infer Value> ? Value : never;

/** A window with some of the story inside and some outside. */
export const partOfTheStory = { window_start: time(2), window_end: time(hours - 1) };

/** The requests that tell a story, in the order in which it happened. */
export function requestsOf(told: Story, orgId: string): WriteRequest[] {
  const requests: WriteRequest[] = [];
  const id = (kind: number, index: number) =>
    `0190a6f0-0000-7000-800${kind}-${String(index).padStart(12, '0')}`;
  const post = (path: string, body: WriteRequest['body']) => requests.push({ method: 'post', path, body });
  const common = { pilot_cycle_id: cycle, org_id: orgId };
  const anchors: { hour: number; reference: WriteRequest['body'] }[] = [];

  for (const [index, { hour, outcome, person }] of told.attempts.entries()) {
    const body = { id: id(1, index), attempt_outcome: outcome, attempted_at: time(hour) };
    const entity_key_hash = 'abcdef0123456789'.repeat(4).replace(/^./, String(person));
    post('/events/contact-attempt', contactAttemptBody(orgId, { ...body, entity_key_hash }));
    anchors.push({ hour, reference: { contact_attempt_event_id: body.id } });
  }
  for (const [index, { hour, posted, updates }] of told.referrals.entries()) {
    const body = { id: id(2, index), created_at: time(hour), updated_at: time(hour) };
    const state = posted && { referral_state: posted, terminal_at: time(hour) };
    post('/events/referral', referralBody(orgId, { ...body, ...state }));
    anchors.push({ hour, reference: { referral_event_id: body.id } });
    for (const { after, state, endsEarly } of updates.toSorted((a, b) => a.after - b.after)) {
      const updated_at = time(hour + after);
      const terminal_at = endsEarly ? time(hour - 1) : updated_at;
      const update = { source_org_id: orgId, referral_state: state, updated_at, terminal_at };
      requests.push({ method: 'patch', path: `/events/referral/${body.id}`, body: update });
    }
  }
  for (const [index, { anchor, after, service }] of told.connections.entries()) {
    const { hour, reference } = anchors[anchor % anchors.length] ?? {};
    if (hour === undefined) continue;
    const body = { id: id(3, index), ...common, service_id: service, connected_at: time(hour + after) };
    post('/events/connection', { ...body, ...reference });
  }
  for (const [index, { hour, service, code }] of told.statuses.entries()) {
    const body = { id: id(4, index), service_id: service, checked_at: time(hour), status_code: code };
    post('/events/service-status', { ...common, ...body });
  }
  for (const [index, { hour, fatal }] of told.audits.entries()) {
    const error = fatal && { fatal_error_category: 'wrong_or_disconnected_phone' };
    const body = { id: id(5, index), service_id: service, audited_at: time(hour), is_fatal: fatal, ...error };
    post('/events/data-decay-audit', { ...common, ...body, verification_mode: 'web_only' });
  }
  for (const [index, { hour, preferred }] of told.preferences.entries()) {
    const body = { id: id(6, index), cohort_label: 'youth', recorded_at: time(hour) };
    post('/events/preference-fit', { ...common, ...body, preferred_via_careconnect: preferred });
  }
  for (const { service, tier } of told.scope) {
    post('/scope/services', { ...common, service_id: service, sla_tier: tier });
  }
  return requests;
}
