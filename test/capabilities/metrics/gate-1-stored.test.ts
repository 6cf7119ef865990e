import t from 'tap';
import { type BaselineDays, storeBaseline } from '../../support/baselines.ts';
import { contactAttemptBody } from '../../support/events.ts';
import { type Caller, cycle, otherCycle, service, startTestService } from '../../support/service.ts';

/** Gate 1 compares with the stored baseline when a request gives none. */
const s = await startTestService(t);
const before: BaselineDays = { startDate: '2026-02-02', endDate: '2026-03-02' };
const rate = 'baseline_failed_contact_rate';
const p50 = 'baseline_p50_seconds_to_connection';
const scorecard = (who: Caller, orgId: string, more: Record<string, string> = {}) =>
  who.get(`/metrics/scorecard?${new URLSearchParams({ pilot_cycle_id: cycle, org_id: orgId, ...more })}`);
const gateOne = async (who: Caller, orgId: string, more: Record<string, string> = {}) => {
  const { status, body } = await scorecard(who, orgId, more);
  t.equal(status, 200);
  return body.gate_1;
};

/** An attempt that failed, and one that led to a connection after some seconds. */
async function happens(who: Caller, orgId: string, at: string, seconds: number): Promise<void> {
  const failed = contactAttemptBody(orgId, { attempted_at: at });
  const reached = { ...failed, attempt_outcome: 'connected' };
  const [, { body }] = [
    await who.post('/events/contact-attempt', failed),
    await who.post('/events/contact-attempt', reached),
  ];
  const connected_at = new Date(Date.parse(at) + seconds * 1000).toISOString();
  const { status } = await who.post('/events/connection', {
    pilot_cycle_id: cycle,
    org_id: orgId,
    service_id: service,
    connected_at,
    contact_attempt_event_id: body.id,
  });
  t.equal(status, 201);
}

t.test('without a stored baseline there is no verdict', async (t) => {
  for (const [who, orgId] of [
    [s.owner, s.orgA],
    [s.ownerB, s.orgB],
  ] as const) {
    await who.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: orgId });
    t.equal(await gateOne(who, orgId), null);
  }
});

t.test('a stored baseline with a null in it is as good as none', async (t) => {
  await storeBaseline(s, s.orgA, before);
  t.equal(await gateOne(s.viewer, s.orgA), null, 'both are null');
  await s.owner.post(
    '/events/contact-attempt',
    contactAttemptBody(s.orgA, { attempted_at: '2026-02-10T12:00:00Z' }),
  );
  await storeBaseline(s, s.orgA, before);
  t.equal(await gateOne(s.viewer, s.orgA), null, 'M2 is null');
});

t.test('the latest stored baseline of the cycle and organisation decides, and is named', async (t) => {
  await happens(s.owner, s.orgA, '2026-02-11T12:00:00.000Z', 5_000);
  const run = await storeBaseline(s, s.orgA, before);
  const gate = await gateOne(s.viewer, s.orgA);
  t.match(gate, { baseline_source: 'stored', baseline_run_id: run.id });
  t.match(gate.checks.slice(0, 2), [
    { metric_id: 'M1', baseline: 2 / 3 },
    { metric_id: 'M2_P50', baseline: 5_000, threshold: 3_750 },
  ]);

  await happens(s.owner, s.orgA, '2026-02-12T12:00:00.000Z', 3_000);
  t.match(await gateOne(s.owner, s.orgA), { baseline_run_id: run.id }, 'events alone change no baseline');
  const next = await storeBaseline(s, s.orgA, before);
  const again = await gateOne(s.owner, s.orgA);
  t.match(again, { baseline_run_id: next.id, checks: [{ baseline: 0.6 }, { baseline: 4_000 }] });
  await s.owner.post('/metrics/recompute', { pilot_cycle_id: otherCycle, org_id: s.orgA });
  t.equal(await gateOne(s.owner, s.orgA, { pilot_cycle_id: otherCycle }), null, 'not of another cycle');

  const empty = await storeBaseline(s, s.orgA, { startDate: '2025-02-02', endDate: '2025-03-02' });
  t.equal(await gateOne(s.owner, s.orgA), null, `the latest counts (${empty.id}), also when it is null`);
  await storeBaseline(s, s.orgA, before);
});

t.test('a request that gives both goes before, and one that gives one alone has no verdict', async (t) => {
  const given = await gateOne(s.owner, s.orgA, { [rate]: '0.5', [p50]: '7200' });
  t.match(given, { baseline_source: 'request', baseline_run_id: null, checks: [{ baseline: 0.5 }] });
  t.equal(await gateOne(s.owner, s.orgA, { [rate]: '0.5' }), null);
  t.equal(await gateOne(s.owner, s.orgA, { [p50]: '7200' }), null);
});

t.test('the baseline of one organisation is nothing to another', async (t) => {
  t.equal(await gateOne(s.ownerB, s.orgB), null);
  t.equal((await scorecard(s.ownerB, s.orgA)).status, 403);
  t.match(await gateOne(s.appAdmin, s.orgA), { baseline_source: 'stored' });
  const together = await Promise.all(
    [s.owner, s.ownerB, s.appAdmin].flatMap((who) => [s.orgA, s.orgB].map((orgId) => scorecard(who, orgId))),
  );
  t.same(
    together.map(({ status, body }) => [status, body.gate_1?.baseline_source]),
    [
      [200, 'stored'],
      [403, undefined],
      [403, undefined],
      [200, undefined],
      [200, 'stored'],
      [200, undefined],
    ],
  );
});

t.test('a baseline from inside the cycle is none, also when it is the latest', async (t) => {
  const good = await storeBaseline(s, s.orgA, before);
  await storeBaseline(s, s.orgA, { startDate: '2026-02-09', endDate: '2026-03-09' });
  await s.asSuperuser((client) =>
    client.query("UPDATE pilot.pilot_cycles SET starts_on = '2026-03-02' WHERE id = $1", [cycle]),
  );
  t.match(await gateOne(s.viewer, s.orgA), { baseline_run_id: good.id });
});
