import { randomUUID } from 'node:crypto';
import { storeBaseline } from '../../support/baselines.ts';
import { hash } from '../../support/events.ts';
import { type Caller, cycle, otherService, service, type TestService } from '../../support/service.ts';

/** A pilot of four weeks with a baseline before it, small enough to be counted by hand. */

type Body = Record<string, unknown>;

const hourMs = 3_600_000;
const before = '2026-02-02T05:00:00.000Z';
const mondays = [
  '2026-03-02T05:00:00.000Z',
  '2026-03-09T04:00:00.000Z',
  '2026-03-16T04:00:00.000Z',
  '2026-03-23T04:00:00.000Z',
  '2026-03-30T04:00:00.000Z',
] as const;

export const pilotWindow = { window_start: mondays[0], window_end: mondays[4] };

export const pilotWeeks = mondays
  .slice(0, 4)
  .map((start, index) => ({ window_start: start, window_end: mondays[index + 1] ?? start }));

const failures = ['disconnected_number', 'no_response', 'intake_unavailable', 'invalid_routing'];
const channels = ['phone', 'phone', 'website', 'email'];

/** Attempts in the days after a moment, the first of which fail; each of the others leads to a connection. */
function attempts(orgId: string, from: string, total: number, failed: number): Body[] {
  return Array.from({ length: total }, (_, n) => {
    const id = randomUUID();
    const attempted = Date.parse(from) + (n * 7 + 10) * hourMs;
    const attempt = {
      kind: 'contact-attempt',
      id,
      pilot_cycle_id: cycle,
      service_id: service,
      recorded_by_org_id: orgId,
      entity_key_hash: hash.replace(/^../, String(n).padStart(2, '0')),
      attempt_channel: channels[n % channels.length],
      attempt_outcome: n < failed ? failures[n % failures.length] : 'connected',
      attempted_at: new Date(attempted).toISOString(),
    };
    const connection = {
      kind: 'connection',
      id: randomUUID(),
      pilot_cycle_id: cycle,
      org_id: orgId,
      service_id: service,
      connected_at: new Date(attempted + n * 0.7 * hourMs).toISOString(),
      contact_attempt_event_id: id,
    };
    return n < failed ? [attempt] : [attempt, connection];
  }).flat();
}

function referrals(orgId: string): Body[] {
  const ends: (readonly [state: string, reason?: string])[] = [
    ['connected'],
    ['connected'],
    ['failed', 'intake_closed'],
    ['no_response_timeout'],
    ['client_withdrew'],
    ['initiated'],
  ];
  return ends.map(([referral_state, failure_reason_code], n) => {
    const created_at = new Date(Date.parse(mondays[0]) + (n * 90 + 10) * hourMs).toISOString();
    return {
      kind: 'referral',
      id: randomUUID(),
      pilot_cycle_id: cycle,
      source_org_id: orgId,
      target_service_id: service,
      created_at,
      updated_at: created_at,
      referral_state,
      ...(referral_state !== 'initiated' && { terminal_at: created_at }),
      ...(failure_reason_code && { failure_reason_code }),
    };
  });
}

function auditsAndChecks(orgId: string): Body[] {
  const common = { pilot_cycle_id: cycle, org_id: orgId };
  const audit = (more: Body) => ({
    kind: 'data-decay-audit',
    id: randomUUID(),
    ...common,
    service_id: service,
    audited_at: mondays[1],
    is_fatal: false,
    verification_mode: 'web_plus_call',
    ...more,
  });
  const check = (service_id: string, checked_at: string) => ({
    kind: 'service-status',
    id: randomUUID(),
    ...common,
    service_id,
    checked_at,
    status_code: 'available',
  });
  const category = 'service_closed_or_unavailable_but_listed_available';
  return [
    audit({}),
    audit({ verification_mode: 'web_only' }),
    audit({ is_fatal: true, fatal_error_category: category, audited_at: mondays[2] }),
    check(service, '2026-03-29T20:00:00.000Z'),
    check(otherService, '2026-03-20T15:00:00.000Z'),
  ];
}

async function accepted(caller: Caller, path: string, body: Body): Promise<void> {
  const { status, text } = await caller.post(path, body);
  if (status > 201 || text.includes('"rejected"')) throw new Error(`${path} answered ${status}: ${text}`);
}

/** Computes each week and all four together, of an organisation or, without one, of the whole cycle. */
export async function recomputePilot(caller: Caller, orgId?: string): Promise<void> {
  for (const window of [...pilotWeeks, pilotWindow]) {
    await accepted(caller, '/metrics/recompute', {
      pilot_cycle_id: cycle,
      ...(orgId && { org_id: orgId }),
      ...window,
    });
  }
}

/** Records the pilot of organisation A, a part of it in organisation B, and the baseline of A. Nobody states a preference. */
export async function recordPilot(s: TestService): Promise<void> {
  const weekly = [10, 10, 11, 12].flatMap((total, week) =>
    attempts(s.orgA, mondays[week] ?? before, total, 5 - week),
  );
  const events = [
    ...attempts(s.orgA, before, 20, 12),
    ...weekly,
    ...referrals(s.orgA),
    ...auditsAndChecks(s.orgA),
  ];
  await accepted(s.owner, '/events/batch', { events });
  await accepted(s.ownerB, '/events/batch', { events: attempts(s.orgB, mondays[0], 4, 3) });
  for (const [service_id, sla_tier] of [
    [service, 'crisis'],
    [otherService, 'standard'],
  ]) {
    await accepted(s.owner, '/scope/services', {
      pilot_cycle_id: cycle,
      org_id: s.orgA,
      service_id,
      sla_tier,
    });
  }
  await storeBaseline(s, s.orgA, { startDate: '2026-02-02', endDate: '2026-03-02' });
}

/** The same, and everything computed. */
export async function computePilot(s: TestService): Promise<void> {
  await recordPilot(s);
  await recomputePilot(s.owner, s.orgA);
  await recomputePilot(s.ownerB, s.orgB);
  await recomputePilot(s.appAdmin);
}
