import { randomUUID } from 'node:crypto';
import t from 'tap';
import { metricIds } from '../../../src/capabilities/metric-queries.ts';
import { withClient } from '../../../src/database/owner-connection.ts';
import { baselinesSeen, reproduced, storeBaseline } from '../../support/baselines.ts';
import { contactAttemptBody, later, referralBody } from '../../support/events.ts';
import { type Answer, cycle, service, startTestService } from '../../support/service.ts';

/** What a stored baseline holds, whether it can be found again, and who sees it. */

t.test('where nothing happened, every value is null and says why', async (t) => {
  const s = await startTestService(t);
  const run = await storeBaseline(s, s.orgA);
  t.same(
    run.metrics.map(({ metric_id }) => metric_id),
    metricIds,
  );
  for (const metric of run.metrics) {
    t.match(metric, { value: null, denominator: 0, note: 'no_qualifying_events', quality: 'no_data' });
    t.match(metric, { query_id: /^m\d_/, query_version: Number, data_quality: { rows_read: 0 } });
  }
  t.ok(await reproduced(s, run), 'nothing is found again as nothing');
});

t.test('a baseline is found again until what it was computed from changes', async (t) => {
  const s = await startTestService(t);
  const outcomes = ['no_response', 'connected', 'connected'];
  for (const attempt_outcome of outcomes) {
    await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA, { attempt_outcome }));
  }
  const referral = randomUUID();
  await s.owner.post('/events/referral', referralBody(s.orgA, { id: referral }));
  const run = await storeBaseline(s, s.orgA);
  const [m1] = run.metrics;
  t.match(m1, { numerator: 1, denominator: 3, value: /^0\.3{16,}$/, quality: 'ok' });
  t.ok(await reproduced(s, run));

  const outside = ['2026-02-23T04:59:59.999Z', '2026-03-23T04:00:00.000Z'];
  for (const attempted_at of outside) {
    await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA, { attempted_at }));
  }
  await s.ownerB.post('/events/contact-attempt', contactAttemptBody(s.orgB));
  t.ok(await reproduced(s, run), 'after events outside the window, and of another organisation');

  const changes: [string, () => Promise<Answer>][] = [
    [
      'an event that arrives late, at the first moment of the window',
      () =>
        s.owner.post(
          '/events/contact-attempt',
          contactAttemptBody(s.orgA, { attempted_at: '2026-02-23T05:00:00.000Z' }),
        ),
    ],
    [
      'a referral that ended',
      () =>
        s.owner.patch(`/events/referral/${referral}`, {
          source_org_id: s.orgA,
          referral_state: 'connected',
          updated_at: later,
          terminal_at: later,
        }),
    ],
    [
      'a wider scope',
      () =>
        s.owner.post('/scope/services', {
          pilot_cycle_id: cycle,
          org_id: s.orgA,
          service_id: service,
          sla_tier: 'crisis',
        }),
    ],
  ];
  for (const [what, change] of changes) {
    const before = await storeBaseline(s, s.orgA);
    t.ok(await reproduced(s, before), `before ${what}`);
    t.ok((await change()).status < 300);
    t.notOk(await reproduced(s, before), `after ${what}`);
  }
  t.notOk(await reproduced(s, run));
});

t.test('the last digit counts, and so does the version of the query', async (t) => {
  const s = await startTestService(t);
  await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA));
  const run = await storeBaseline(s, s.orgA);
  const withM1 = (change: Partial<(typeof run.metrics)[number]>) => ({
    ...run,
    metrics: run.metrics.map((metric) => (metric.metric_id === 'M1' ? { ...metric, ...change } : metric)),
  });
  t.ok(await reproduced(s, withM1({})));
  t.notOk(await reproduced(s, withM1({ value: '1.00000000000000000001' })));
  t.notOk(await reproduced(s, withM1({ numerator: 0 })));
  t.notOk(await reproduced(s, withM1({ denominator: 2 })));
  t.notOk(await reproduced(s, withM1({ query_version: 2 })));
  t.notOk(await reproduced(s, { ...run, metrics: run.metrics.slice(1) }), 'without one of the metrics');
});

t.test('runs are read as they were at a moment of arrival', async (t) => {
  const s = await startTestService(t);
  const first = await storeBaseline(s, s.orgA);
  const second = await storeBaseline(s, s.orgB);
  const third = await storeBaseline(s, s.orgA);
  const ids = async (at: Date | null) => (await baselinesSeen(s, undefined, at)).map(({ id }) => id);
  t.same(await ids(null), [first.id, third.id, second.id], 'by organisation, in the order of arrival');
  t.same(await ids(new Date(first.recorded_at)), [first.id]);
  t.same(await ids(new Date(Date.parse(first.recorded_at) - 1)), []);
  t.same(
    (await baselinesSeen(s)).find(({ id }) => id === first.id),
    first,
    'what is read is what was stored',
  );
});

t.test(
  'members see the baselines of their organisation, and nobody writes one through the service',
  async (t) => {
    const s = await startTestService(t);
    const ofA = await storeBaseline(s, s.orgA);
    const ofB = await storeBaseline(s, s.orgB);
    const seen = async (userId: string) => (await baselinesSeen(s, userId)).map(({ id }) => id);
    t.same(await seen(s.viewer.userId), [ofA.id]);
    t.same(await seen(s.ownerB.userId), [ofB.id]);
    t.same(await seen(s.stranger.userId), []);
    t.same(new Set(await seen(s.appAdmin.userId)), new Set([ofA.id, ofB.id]));

    const copies = [
      `INSERT INTO pilot.baseline_runs SELECT (copy).* FROM (
       SELECT json_populate_record(run, json_build_object('id', gen_random_uuid())) AS copy FROM pilot.baseline_runs AS run
     ) AS copies`,
      `INSERT INTO pilot.baseline_metrics SELECT (copy).* FROM (
       SELECT json_populate_record(metric, '{"metric_id": "M9"}') AS copy FROM pilot.baseline_metrics AS metric
     ) AS copies`,
    ];
    const changes = ['baseline_runs', 'baseline_metrics'].flatMap((table) => [
      `UPDATE pilot.${table} SET service_version = 'other'`,
      `DELETE FROM pilot.${table}`,
    ]);
    for (const { userId } of [s.owner, s.appAdmin]) {
      await withClient(s.urls.app, async (client) => {
        await client.query("SELECT set_config('pilot.user_id', $1, false)", [userId]);
        for (const sql of [...copies, ...changes]) await t.rejects(client.query(sql), { code: '42501' }, sql);
      });
    }
    await s.asOwner(async (client) => {
      for (const sql of changes) t.equal((await client.query(sql)).rowCount, 0, `pilot_owner: ${sql}`);
    });
  },
);
