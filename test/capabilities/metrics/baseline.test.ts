import { randomUUID } from 'node:crypto';
import t from 'tap';
import { type BaselineDays, storeBaseline } from '../../support/baselines.ts';
import { contactAttemptBody, errorsOf } from '../../support/events.ts';
import { type Caller, cycle, otherCycle, startTestService } from '../../support/service.ts';

/** GET /metrics/baseline: what Gate 1 compares with, and how much that rests on. */
const s = await startTestService(t);
const before: BaselineDays = { startDate: '2026-02-02', endDate: '2026-03-02' };
const read = (who: Caller, query: Record<string, string> = {}) =>
  who.get(`/metrics/baseline?${new URLSearchParams({ pilot_cycle_id: cycle, org_id: s.orgA, ...query })}`);

t.test('as long as none is stored there is none', async (t) => {
  const { status, body } = await read(s.owner);
  t.equal(status, 404);
  t.match(body.detail, /^No baseline from before the start of this cycle is stored/);
});

t.test('it has every figure, with what it was counted from and how good it was', async (t) => {
  for (const attempt_outcome of ['connected', 'no_response', 'no_response']) {
    const attempted_at = '2026-02-10T12:00:00Z';
    await s.owner.post(
      '/events/contact-attempt',
      contactAttemptBody(s.orgA, { attempted_at, attempt_outcome }),
    );
  }
  const run = await storeBaseline(s, s.orgA, before);
  for (const who of [s.owner, s.viewer, s.appAdmin]) {
    const { status, body } = await read(who);
    t.equal(status, 200);
    t.match(body, {
      run_id: run.id,
      start_date: '2026-02-02',
      end_date: '2026-03-02',
      time_zone: 'America/Toronto',
    });
    t.equal(body.metrics.length, 9);
    const [rate, median] = body.metrics;
    t.match(rate, { metric_id: 'M1', value: 2 / 3, numerator: 2, denominator: 3, quality: 'ok' });
    t.match(median, { metric_id: 'M2_P50', value: null, note: 'no_qualifying_events', quality: 'no_data' });
  }
});

t.test('it is the one that Gate 1 uses: the latest that ended by the start of the cycle', async (t) => {
  const latest = await storeBaseline(s, s.orgA, { startDate: '2026-01-05', endDate: '2026-02-02' });
  await s.asOwner((client) =>
    client.query("UPDATE pilot.pilot_cycles SET starts_on = '2026-03-02' WHERE id = $1", [cycle]),
  );
  await storeBaseline(s, s.orgA, { startDate: '2026-02-09', endDate: '2026-03-09' });
  t.equal((await read(s.owner)).body.run_id, latest.id);
});

t.test('nobody else gets to see it, and what is asked in a wrong way is refused', async (t) => {
  for (const who of [s.ownerB, s.stranger]) t.equal((await read(who)).status, 403);
  t.equal((await read(s.owner, { org_id: randomUUID() })).status, 403);
  t.equal((await read(s.owner, { pilot_cycle_id: otherCycle })).status, 404);
  t.strictSame(errorsOf(await read(s.owner, { pilot_cycle_id: 'nobody-knows' })), [
    'pilot_cycle_id not_registered',
  ]);
  const withoutOrganization = await s.appAdmin.get(`/metrics/baseline?pilot_cycle_id=${cycle}`);
  t.strictSame(errorsOf(withoutOrganization), ['org_id required']);
});
