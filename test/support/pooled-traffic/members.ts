import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { withClient } from '../../../src/database/owner-connection.ts';
import { at, contactAttemptBody, later } from '../events.ts';
import { cycle, service } from '../service.ts';
import type { Outcome, Tally } from './tally.ts';

/** Members of organisations who use the service, which is behind the pooler; and the accidents that happen meanwhile. */

export interface Member {
  userId: string;
  token: string;
  orgId: string;
  /** An event that their organisation has. */
  eventId: string;
  /** A member of another organisation. */
  neighbour(): Member;
}

export interface World {
  serviceUrl: string;
  superuserUrl: string;
  /** Every id that a member sent for their own organisation, and that organisation. */
  sent: Map<string, string>;
  acknowledged: Set<string>;
}

interface Step {
  outcome: Outcome;
  /** What must be answered, or 503 while something else goes wrong; not looked at when `send` resolves with nothing. */
  expected?: number;
  send(member: Member, world: World): Promise<number | undefined>;
}

async function request(
  { serviceUrl }: World,
  { token }: Member,
  path: string,
  body?: object,
  signal: AbortSignal | null = null,
): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const url = `${serviceUrl}/api/v1/pilot${path}`;
  const answer = await fetch(
    url,
    body ? { method: 'POST', headers, body: JSON.stringify(body), signal } : { headers },
  );
  await answer.arrayBuffer();
  return answer.status;
}

const own = ({ orgId }: Member, more: object) => ({ pilot_cycle_id: cycle, org_id: orgId, ...more });

const attempt = (world: World, member: Member, more: object = {}) =>
  request(world, member, '/events/contact-attempt', contactAttemptBody(member.orgId, { ...more }));

const preference = (world: World, member: Member, cohort_label: string, signal?: AbortSignal) => {
  const body = own(member, { cohort_label, recorded_at: at, preferred_via_careconnect: true });
  return request(world, member, '/events/preference-fit', body, signal);
};

const scorecard = (world: World, member: Member, orgId: string) =>
  request(world, member, `/metrics/scorecard?pilot_cycle_id=${cycle}&org_id=${orgId}`);

async function store(id: string, member: Member, world: World): Promise<number> {
  world.sent.set(id, member.orgId);
  const status = await attempt(world, member, { id });
  if (status === 201) world.acknowledged.add(id);
  return status;
}

/** Stores the event that later ones repeat, contradict and refer to; sends it again when that is what it is told. */
export async function storeFirstEvent(member: Member, world: World): Promise<void> {
  let status: number;
  do status = await store(member.eventId, member, world);
  while (status === 503);
  if (status > 201) throw new Error(`The first event was answered with ${status}.`);
}

const record: Step = {
  outcome: 'committed',
  expected: 201,
  send: (member, world) => store(randomUUID(), member, world),
};

const ordinary: readonly Step[] = [
  record,
  {
    outcome: 'committed',
    expected: 200,
    send: (member, world) => attempt(world, member, { id: member.eventId }),
  },
  {
    outcome: 'aborted',
    expected: 409,
    send: (member, world) => attempt(world, member, { id: member.eventId, attempt_channel: 'email' }),
  },
  record,
  {
    outcome: 'aborted',
    expected: 422,
    send: (member, world) => attempt(world, member, { service_id: 'nobody' }),
  },
  {
    outcome: 'aborted',
    expected: 403,
    send: (member, world) => attempt(world, member, { recorded_by_org_id: member.neighbour().orgId }),
  },
  record,
  {
    outcome: 'aborted',
    expected: 422,
    send: (member, world) => {
      const anchored = {
        service_id: service,
        connected_at: later,
        contact_attempt_event_id: member.neighbour().eventId,
      };
      return request(world, member, '/events/connection', own(member, anchored));
    },
  },
  {
    outcome: 'committed',
    expected: 200,
    send: (member, world) => request(world, member, '/metrics/recompute', own(member, {})),
  },
  {
    outcome: 'aborted',
    expected: 403,
    send: (member, world) => scorecard(world, member, member.neighbour().orgId),
  },
  record,
  { outcome: 'aborted', expected: 500, send: (member, world) => preference(world, member, 'refused') },
];

const accidents: readonly Step[] = [
  { outcome: 'timed out', expected: 503, send: (member, world) => preference(world, member, 'slow') },
  {
    outcome: 'timed out',
    expected: 503,
    send: (member, world) =>
      withClient(world.superuserUrl, async (client) => {
        await client.query('BEGIN; LOCK TABLE pilot.pilot_data_decay_audits IN EXCLUSIVE MODE');
        const audit = { service_id: service, audited_at: at, is_fatal: false, verification_mode: 'web_only' };
        return request(world, member, '/events/data-decay-audit', own(member, audit));
      }),
  },
  {
    outcome: 'killed',
    send: (member, world) =>
      withClient(world.superuserUrl, async (client) => {
        const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE usename = 'pilot_app' AND datname = current_database() AND state <> 'idle'`;
        // Somebody is in a transaction for certain: at the latest this request.
        const hit = preference(world, member, 'slow');
        while ((await client.query(kill)).rowCount === 0) await setTimeout(1);
        await hit;
        return undefined;
      }),
  },
  {
    outcome: 'timed out',
    async send(member, world) {
      // Long enough to be under way, too short to be answered.
      await Promise.allSettled([preference(world, member, 'slow', AbortSignal.timeout(50))]);
      return undefined;
    },
  },
];

/** Makes the values that the accidents are made of: one that a constraint refuses, one that takes too long to check. */
export async function layTraps(superuserUrl: string): Promise<void> {
  await withClient(superuserUrl, (client) =>
    client.query(`ALTER TABLE pilot.pilot_preference_fit_events
      ADD CONSTRAINT trap CHECK (cohort_label <> 'refused' AND (cohort_label <> 'slow' OR pg_sleep(5) IS NULL))`),
  );
}

/** Goes round the ordinary steps, with an accident after every round, as long as `goesOn`. */
export async function beMember(
  member: Member,
  world: World,
  tally: Tally,
  goesOn: () => boolean,
  firstAccident: number,
): Promise<void> {
  for (let round = firstAccident; goesOn(); round += 1) {
    const accident = accidents[round % accidents.length];
    for (const step of accident ? [...ordinary, accident] : ordinary) {
      if (!goesOn()) return;
      const status = await step.send(member, world);
      if (status === undefined || status === step.expected) tally.count(step.outcome);
      else if (status !== 503) tally.found('leak', `instead of ${step.expected} came ${status}`);
    }
  }
}
