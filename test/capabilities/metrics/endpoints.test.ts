import { randomUUID } from 'node:crypto';
import t from 'tap';
import { contactAttemptBody, countRows, errorsOf, eventKinds, visible } from '../../support/events.ts';
import { type Caller, cycle, otherCycle, service, startTestService } from '../../support/service.ts';

/** The endpoints of the metrics; whether their figures are right is the oracle's business. */
type Body = Record<string, unknown>;

const now = new Date();
let clockNow = now;
const s = await startTestService(t, { clock: () => clockNow });
const tick = () => {
  clockNow = new Date(clockNow.getTime() + 1000);
};
const table = 'pilot_metric_snapshots';
const metricIds = ['M1', 'M2_P50', 'M2_P75', 'M2_P90', 'M3', 'M4', 'M5', 'M6', 'M7'];
const figures = [
  'm1_failed_contact_rate',
  'm2_p50_seconds_to_connection',
  'm2_p75_seconds_to_connection',
  'm2_p90_seconds_to_connection',
  'm3_referral_completion_capture_rate',
  'm4_freshness_sla_compliance',
  'm5_repeat_failure_rate',
  'm6_data_decay_fatal_error_rate',
  'm7_preference_fit_indicator',
];
const body = (more: Body = {}): Body => ({ pilot_cycle_id: cycle, org_id: s.orgA, ...more });
const recompute = (more: Body = {}, who: Caller = s.owner) => who.post('/metrics/recompute', body(more));
const scorecard = (more: Record<string, string> = {}, who: Caller = s.owner) =>
  who.get(`/metrics/scorecard?${new URLSearchParams({ pilot_cycle_id: cycle, org_id: s.orgA, ...more })}`);

t.test('before anything was computed there is no scorecard', async (t) => {
  const headers = { 'x-request-id': randomUUID() };
  const query = (cycleId: string) => `/metrics/scorecard?pilot_cycle_id=${cycleId}&org_id=${s.orgA}`;
  const answer = await s.viewer.get(query(cycle), { headers });
  t.equal(answer.status, 404);
  t.match(answer.body, { type: /not-found$/ });
  t.strictSame(visible(await s.viewer.get(query('nobody-knows'), { headers })), visible(answer));
});

t.test(
  'without events every figure is null with its reason, and nine snapshots are written all the same',
  async (t) => {
    const answer = await recompute();
    t.equal(answer.status, 200);
    t.strictSame(Object.keys(answer.body), [
      'calculated_at',
      'snapshots_written',
      'window',
      'scorecard',
      'metrics',
    ]);
    t.equal(answer.body.snapshots_written, 9);
    t.equal(await countRows(s, table), 9);
    t.equal(answer.body.calculated_at, clockNow.toISOString());
    t.strictSame(answer.body.window, { start: null, end: null });
    t.strictSame(answer.body.scorecard, {
      pilot_cycle_id: cycle,
      org_id: s.orgA,
      generated_at: clockNow.toISOString(),
      window: { start: null, end: null },
      ...Object.fromEntries(figures.map((figure) => [figure, null])),
    });
    t.strictSame(
      answer.body.metrics.map((metric: Body) => metric.metric_id),
      metricIds,
    );
    for (const metric of answer.body.metrics) {
      t.match(metric, {
        value: null,
        unit: metric.metric_id.startsWith('M2') ? 'seconds' : 'ratio',
        denominator: 0,
        note: 'no_qualifying_events',
        quality: 'no_data',
        data_quality: { rows_read: 0 },
        query_id: String,
        query_version: Number,
        calculated_at: clockNow.toISOString(),
        previous: null,
      });
    }
    const read = await scorecard();
    t.equal(read.status, 200);
    const { scorecard: figuresRead, metrics } = answer.body;
    t.strictSame(read.body, { scorecard: figuresRead, metrics, gate_1: null });
    t.equal(read.headers.get('cache-control'), 'no-store');
  },
);

t.test('a second recompute sees new events and tells the value before for the trend', async (t) => {
  for (const kind of eventKinds) t.equal((await s.owner.post(kind.path, await kind.body(s))).status, 201);
  await s.owner.post('/scope/services', { ...body(), service_id: service, sla_tier: 'standard' });
  const firstAt = clockNow.toISOString();
  tick();
  const second = await recompute();
  t.equal(second.body.metrics[0].value, 1, 'one kind of attempt, all failed');
  for (const metric of second.body.metrics) {
    t.strictSame(metric.previous, { value: null, calculated_at: firstAt }, metric.metric_id);
    t.equal(metric.note, metric.value === null ? 'no_qualifying_events' : null);
  }
  for (const [i, figure] of figures.entries()) {
    t.equal(second.body.scorecard[figure], second.body.metrics[i].value, figure);
  }
  const secondAt = clockNow.toISOString();
  await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA, { attempt_outcome: 'connected' }));
  tick();
  const third = await recompute();
  t.strictSame(third.body.metrics[0].previous, { value: 1, calculated_at: secondAt });
  t.ok(third.body.metrics[0].value < 1);
  t.strictSame((await scorecard()).body.metrics, third.body.metrics, 'the scorecard answers the latest');
  t.equal(await countRows(s, table), 27, 'and earlier snapshots stay');
});

t.test('a window is found exactly as it was computed, however it is spelled', async (t) => {
  const window = {
    window_start: '2026-03-01T00:00:00-05:00',
    window_end: '2026-04-01T00:00:00.000999-04:00',
  };
  const asUtc = { start: '2026-03-01T05:00:00.000Z', end: '2026-04-01T04:00:00.000Z' };
  t.equal((await scorecard(window)).status, 404, 'another window was computed, not this one');
  const answer = await recompute(window);
  t.strictSame(answer.body.window, asUtc);
  t.equal(answer.body.metrics[0].previous, null, 'other windows are no trend');
  const read = await scorecard({ window_start: asUtc.start, window_end: asUtc.end });
  t.equal(read.status, 200);
  t.strictSame(read.body.scorecard, answer.body.scorecard);
  t.equal((await scorecard({ window_start: asUtc.start })).status, 404);
  t.equal((await scorecard({ window_end: asUtc.end })).status, 404);
  t.equal((await scorecard({ ...window, window_end: '2026-04-01T04:00:00.001Z' })).status, 404);
  for (const half of [{ window_start: asUtc.start }, { window_end: asUtc.end }]) {
    t.equal((await recompute(half)).status, 200);
    const halfRead = await scorecard(half);
    t.strictSame(halfRead.body.scorecard.window, { start: null, end: null, ...pick(half) });
  }
  t.strictSame((await scorecard()).body.scorecard.window, { start: null, end: null });
});

function pick({
  window_start: start,
  window_end: end,
}: {
  window_start?: string;
  window_end?: string;
}): Body {
  return { ...(start && { start }), ...(end && { end }) };
}

t.test('a window ends after it starts, and its times are times', async (t) => {
  const moment = '2026-03-01T00:00:00Z';
  const refused: [Record<string, string>, string][] = [
    [{ window_start: moment, window_end: moment }, 'window_end window_order'],
    [{ window_start: moment, window_end: '2026-03-01T00:00:00.0009Z' }, 'window_end window_order'],
    [{ window_start: '2026-03-01T01:00:00+01:00', window_end: moment }, 'window_end window_order'],
    [{ window_start: '2026-03-01' }, 'window_start invalid_format'],
    [{ window_end: '' }, 'window_end invalid_format'],
    [{ pilot_cycle_id: 'a b' }, 'pilot_cycle_id invalid_format'],
    [{ org_id: 'org-a' }, 'org_id invalid_format'],
  ];
  for (const [more, error] of refused) {
    for (const answer of [await recompute(more), await scorecard(more)]) {
      t.equal(answer.status, 400, JSON.stringify(more));
      t.strictSame(errorsOf(answer), [error]);
    }
  }
});

t.test('a cycle that is not registered cannot be computed', async (t) => {
  const before = await countRows(s, table);
  const answer = await recompute({ pilot_cycle_id: 'nobody-knows' });
  t.equal(answer.status, 422);
  t.strictSame(errorsOf(answer), ['pilot_cycle_id not_registered']);
  t.equal(await countRows(s, table), before);
});

for (const who of ['owner', 'admin', 'editor', 'appAdmin', 'viewer', 'stranger', 'ownerB'] as const) {
  const mayCompute = ['owner', 'admin', 'editor', 'appAdmin'].includes(who);
  const mayRead = mayCompute || who === 'viewer';
  t.test(
    `${who} ${mayCompute ? 'may' : 'may not'} recompute, ${mayRead ? 'may' : 'may not'} read`,
    async (t) => {
      tick();
      const before = await countRows(s, table);
      t.equal((await recompute({}, s[who])).status, mayCompute ? 200 : 403);
      t.equal(await countRows(s, table), before + (mayCompute ? 9 : 0));
      t.equal((await scorecard({}, s[who])).status, mayRead ? 200 : 403);
    },
  );
}

t.test('an organisation that does not exist answers like one of others', async (t) => {
  const headers = { 'x-request-id': randomUUID() };
  const get = (orgId: string) => `/metrics/scorecard?pilot_cycle_id=${cycle}&org_id=${orgId}`;
  const nobody = randomUUID();
  const foreignRead = visible(await s.owner.get(get(s.orgB), { headers }));
  const foreignCompute = visible(
    await s.owner.post('/metrics/recompute', body({ org_id: s.orgB }), { headers }),
  );
  t.match([foreignRead, foreignCompute], [{ status: 403 }, { status: 403 }]);
  for (const who of [s.owner, s.appAdmin]) {
    t.strictSame(visible(await who.get(get(nobody), { headers })), foreignRead);
    t.strictSame(
      visible(await who.post('/metrics/recompute', body({ org_id: nobody }), { headers })),
      foreignCompute,
    );
  }
});

t.test('snapshots of one organisation and cycle are no others', async (t) => {
  const ofB = () => s.ownerB.get(`/metrics/scorecard?pilot_cycle_id=${cycle}&org_id=${s.orgB}`);
  t.equal((await ofB()).status, 404);
  t.equal((await scorecard({ pilot_cycle_id: otherCycle })).status, 404);
  const answer = await s.ownerB.post('/metrics/recompute', body({ org_id: s.orgB }));
  t.match(answer.body.metrics, Array(9).fill({ value: null, previous: null }));
  t.equal((await ofB()).status, 200);
});

t.test('undeclared and repeated query parameters are refused and not repeated', async (t) => {
  const query = `pilot_cycle_id=${cycle}&org_id=${s.orgA}`;
  const refused: [string, string][] = [
    [`${query}&jane=1`, '(unknown field) unknown_field'],
    [`${query}&pilot_cycle_id=${cycle}`, 'pilot_cycle_id repeated'],
    [`${query}&org_id=${s.orgA}`, 'org_id repeated'],
    [
      `${query}&baseline_failed_contact_rate=0.5&baseline_failed_contact_rate=0.5`,
      'baseline_failed_contact_rate repeated',
    ],
    [`org_id=${s.orgA}`, 'pilot_cycle_id required'],
  ];
  for (const [text, error] of refused) {
    const answer = await s.owner.get(`/metrics/scorecard?${text}`);
    t.equal(answer.status, 400, text);
    t.strictSame(errorsOf(answer), [error]);
    t.notMatch(answer.text, 'jane');
  }
  const onPost = await s.owner.post('/metrics/recompute?jane=1', body());
  t.equal(onPost.status, 400);
  t.strictSame(errorsOf(onPost), ['(unknown field) unknown_field']);
});

t.test('a missing table is named by a 501, and no snapshot of the others is kept', async (t) => {
  const other = await startTestService(t);
  await other.asSuperuser((client) => client.query('DROP TABLE pilot.pilot_preference_fit_events'));
  const answer = await other.owner.post('/metrics/recompute', body({ org_id: other.orgA }));
  t.equal(answer.status, 501);
  t.match(answer.body.detail, 'pilot.pilot_preference_fit_events');
  t.equal(await countRows(other, table), 0);
  await other.asSuperuser((client) => client.query(`DROP TABLE pilot.${table}`));
  const read = await other.owner.get(`/metrics/scorecard?pilot_cycle_id=${cycle}&org_id=${other.orgA}`);
  t.equal(read.status, 501);
  t.match(read.body.detail, `pilot.${table}`);
});
