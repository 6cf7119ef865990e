import { randomUUID } from 'node:crypto';
import t from 'tap';
import { addMember, createOrganization } from '../../src/database/provisioning.ts';
import { errorsOf, visible } from '../support/events.ts';
import { putInScope } from '../support/kingston.ts';
import { type Caller, cycle, otherCycle, startTestService } from '../support/service.ts';

/** GET /scope/freshness. */
const now = new Date();
const s = await startTestService(t, { clock: () => now });
const hour = 3_600_000;
const hoursAgo = (hours: number, ms = 0) => new Date(now.getTime() - hours * hour - ms).toISOString();

const services = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((letter) => `service-${letter}`);
await s.asOwner((client) =>
  client.query(
    `INSERT INTO pilot.services (id, name, fields_present, has_place)
     SELECT id, upper(id), '{phone}', true FROM unnest($1::text[]) AS id`,
    [services],
  ),
);

interface Checks {
  tier: string;
  /** When each check was made, and what it found when that is not "available". */
  at?: (string | [at: string, status: string])[];
}

/** An organisation of its own with this scope, so that tests do not meet. */
async function scopeOf(scope: Readonly<Record<string, Checks>>, cycleId = cycle): Promise<string> {
  const org = await s.asOwner(async (client) => {
    const id = await createOrganization(client, 'Its own', 'America/Toronto');
    await addMember(client, id, s.editor.userId, 'editor');
    await addMember(client, id, s.viewer.userId, 'viewer');
    return id;
  });
  await record(org, scope, cycleId);
  return org;
}

async function record(org: string, scope: Readonly<Record<string, Checks>>, cycleId: string): Promise<void> {
  const tiers = Object.entries(scope).map(([id, { tier }]) => [`service-${id}`, tier]);
  await putInScope(s, cycleId, org, Object.fromEntries(tiers));
  for (const [id, { at = [] }] of Object.entries(scope)) {
    for (const check of at) {
      const [checked_at, status_code] = typeof check === 'string' ? [check, 'available'] : check;
      const body = { pilot_cycle_id: cycleId, org_id: org, service_id: `service-${id}` };
      const answer = await s.editor.post('/events/service-status', { ...body, checked_at, status_code });
      t.equal(answer.status, 201);
    }
  }
}

const ask = (query: Record<string, string>, who: Caller = s.viewer) =>
  who.get(`/scope/freshness?${new URLSearchParams({ pilot_cycle_id: cycle, ...query })}`);
const read = async (org: string, more: Record<string, string> = {}) => {
  const answer = await ask({ org_id: org, ...more });
  t.equal(answer.status, 200, answer.text);
  return answer.body;
};
const idsOf = ({ items }: { items: { service_id: string }[] }) =>
  items.map(({ service_id }) => service_id.replace('service-', '')).join('');

t.test('the most urgent comes first', async (t) => {
  const answer = await read(
    await scopeOf({
      a: { tier: 'standard', at: [hoursAgo(1)] },
      b: { tier: 'high_demand', at: [hoursAgo(47)] },
      c: { tier: 'standard' },
      d: { tier: 'standard', at: [hoursAgo(1_000)] },
      e: { tier: 'crisis', at: [hoursAgo(25)] },
      f: { tier: 'crisis', at: [hoursAgo(30)] },
      g: { tier: 'crisis' },
      h: { tier: 'high_demand', at: [hoursAgo(49)] },
      i: { tier: 'crisis', at: [hoursAgo(20)] },
    }),
  );
  // Crisis: never, by 6 hours, by 1 hour. Then high demand, then standard: never before long ago. Then what is due next.
  t.equal(idsOf(answer), 'gfehcdbia');
  t.strictSame(answer.summary, { in_scope: 9, within_limit: 3, overdue: 4, never_checked: 2 });
});

t.test('each says when it was checked, when the next check is due, and how long it is overdue', async (t) => {
  const org = await scopeOf({
    a: {
      tier: 'crisis',
      at: [
        [hoursAgo(26), 'closed'],
        [hoursAgo(25, 1_999), 'unknown'],
        [hoursAgo(27), 'available'],
      ],
    },
    b: { tier: 'high_demand' },
    c: { tier: 'standard', at: [[hoursAgo(100), 'temporarily_unavailable']] },
  });
  t.strictSame(await read(org), {
    pilot_cycle_id: cycle,
    org_id: org,
    as_of: now.toISOString(),
    summary: { in_scope: 3, within_limit: 1, overdue: 1, never_checked: 1 },
    items: [
      {
        org_id: org,
        service_id: 'service-a',
        service_name: 'SERVICE-A',
        sla_tier: 'crisis',
        last_checked_at: hoursAgo(25, 1_999),
        last_status_code: 'unknown',
        limit_seconds: 86_400,
        due_at: hoursAgo(1, 1_999),
        state: 'overdue',
        overdue_seconds: 3_601,
      },
      {
        org_id: org,
        service_id: 'service-b',
        service_name: 'SERVICE-B',
        sla_tier: 'high_demand',
        last_checked_at: null,
        last_status_code: null,
        limit_seconds: 172_800,
        due_at: null,
        state: 'never_checked',
        overdue_seconds: null,
      },
      {
        org_id: org,
        service_id: 'service-c',
        service_name: 'SERVICE-C',
        sla_tier: 'standard',
        last_checked_at: hoursAgo(100),
        last_status_code: 'temporarily_unavailable',
        limit_seconds: 604_800,
        due_at: hoursAgo(-68),
        state: 'within_limit',
        overdue_seconds: null,
      },
    ],
  });
});

for (const [tier, limit] of [
  ['crisis', 24],
  ['high_demand', 48],
  ['standard', 168],
] as const) {
  t.test(`a ${tier} check is good for ${limit} hours, to the millisecond`, async (t) => {
    const org = await scopeOf({ a: { tier, at: [hoursAgo(limit)] }, b: { tier, at: [hoursAgo(limit, 1)] } });
    const { items } = await read(org);
    t.match(items, [
      { service_id: 'service-b', state: 'overdue', overdue_seconds: 0 },
      { service_id: 'service-a', state: 'within_limit', due_at: now.toISOString() },
    ]);
  });
}

t.test('a past moment sees the checks up to it, inclusive, and M4 says the same of it', async (t) => {
  const org = await scopeOf({
    a: { tier: 'crisis', at: [hoursAgo(50), hoursAgo(10)] },
    b: { tier: 'standard', at: [hoursAgo(49, 1)] },
    c: { tier: 'high_demand', at: [hoursAgo(49)] },
    d: { tier: 'high_demand', at: [hoursAgo(48)] },
    e: { tier: 'crisis', at: [hoursAgo(73)] },
    f: { tier: 'crisis', at: [hoursAgo(73, 1)] },
  });
  const as_of = hoursAgo(49);
  const answer = await read(org, { as_of });
  t.equal(answer.as_of, as_of);
  t.match(answer.summary, { in_scope: 6, within_limit: 4, overdue: 1, never_checked: 1 });
  t.equal(idsOf(answer), 'fdeacb');
  const ofM4 = async (window: Record<string, string>) => {
    const body = { pilot_cycle_id: cycle, org_id: org, ...window };
    const { metrics } = (await s.editor.post('/metrics/recompute', body)).body;
    return metrics.find(({ metric_id }: { metric_id: string }) => metric_id === 'M4');
  };
  const then = await ofM4({ window_end: as_of });
  t.match([then.numerator, then.denominator], [4, 6]);
  t.equal(then.data_quality.measure.never_checked, answer.summary.never_checked);
  const { summary } = await read(org);
  const { numerator, denominator } = await ofM4({});
  t.strictSame([summary.within_limit, summary.in_scope], [numerator, denominator]);
});

t.test('of checks of one moment the one that arrived last counts', async (t) => {
  const at = hoursAgo(1);
  const org = await scopeOf({ a: { tier: 'crisis', at: [at, [at, 'closed']] } });
  t.equal((await read(org)).items[0].last_status_code, 'closed');
});

t.test('checks of other organisations and cycles count for nobody else', async (t) => {
  const scope = { a: { tier: 'crisis' } };
  const checked = { a: { tier: 'crisis', at: [hoursAgo(1)] } };
  const org = await scopeOf(scope);
  await scopeOf(checked);
  await record(org, checked, otherCycle);
  t.match((await read(org)).items, [{ state: 'never_checked' }]);
  t.match((await read(org, { pilot_cycle_id: otherCycle })).items, [{ state: 'within_limit' }]);
});

t.test('without an organisation an app admin sees the scopes of all, each by its own checks', async (t) => {
  const before = (await ask({}, s.appAdmin)).body.items.length;
  const checked = await scopeOf({ a: { tier: 'crisis', at: [hoursAgo(2)] } });
  const never = await scopeOf({ a: { tier: 'crisis' } });
  const { status, body } = await ask({}, s.appAdmin);
  t.equal(status, 200);
  t.equal(body.org_id, null);
  t.equal(body.items.length, before + 2);
  const stateOf = (org: string) => body.items.find(({ org_id }: { org_id: string }) => org_id === org)?.state;
  t.strictSame([stateOf(checked), stateOf(never)], ['within_limit', 'never_checked']);
  const { metrics } = (await s.appAdmin.post('/metrics/recompute', { pilot_cycle_id: cycle })).body;
  t.match(
    metrics.find(({ metric_id }: { metric_id: string }) => metric_id === 'M4'),
    { numerator: body.summary.within_limit, denominator: body.summary.in_scope },
  );
  for (const who of [s.owner, s.viewer, s.ownerB, s.stranger]) {
    const refused = await ask({}, who);
    t.equal(refused.status, 403);
    t.equal(refused.body.detail, 'Only app admins may do this.');
  }
});

t.test('an empty scope is an empty list', async (t) => {
  const { summary, items } = await read(await scopeOf({}));
  t.strictSame(summary, { in_scope: 0, within_limit: 0, overdue: 0, never_checked: 0 });
  t.strictSame(items, []);
});

t.test('members may read; others are answered as if the organisation did not exist', async (t) => {
  for (const who of [s.owner, s.admin, s.editor, s.viewer, s.appAdmin])
    t.equal((await ask({ org_id: s.orgA }, who)).status, 200);
  const headers = { 'x-request-id': randomUUID() };
  const get = (org: string, who: Caller) =>
    who.get(`/scope/freshness?pilot_cycle_id=${cycle}&org_id=${org}`, { headers });
  const foreign = await get(s.orgB, s.owner);
  t.equal(foreign.status, 403);
  t.strictSame(visible(await get(randomUUID(), s.owner)), visible(foreign));
  t.strictSame(visible(await get(randomUUID(), s.appAdmin)), visible(foreign));
  t.equal((await get(s.orgA, s.stranger)).status, 403);
});

t.test('a cycle that is not registered, and a moment that is not one, are refused', async (t) => {
  const unknown = await ask({ org_id: s.orgA, pilot_cycle_id: 'nobody-knows' });
  t.equal(unknown.status, 422);
  t.strictSame(errorsOf(unknown), ['pilot_cycle_id not_registered']);
  for (const [as_of, code] of [
    ['2026-03-16', 'invalid_format'],
    [hoursAgo(-1), 'not_in_future'],
  ] as const) {
    const answer = await ask({ org_id: s.orgA, as_of });
    t.equal(answer.status, 400);
    t.strictSame(errorsOf(answer), [`as_of ${code}`]);
  }
});
