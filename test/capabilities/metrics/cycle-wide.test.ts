import t from 'tap';
import { evaluator } from '../../../src/database/database.ts';
import { asApp, outcome } from '../../support/as-app.ts';
import { storeBaseline } from '../../support/baselines.ts';
import { contactAttemptBody, countRows, errorsOf, visible } from '../../support/events.ts';
import { type Caller, cycle, otherCycle, service, startTestService } from '../../support/service.ts';

/** The figures over a whole cycle: whose they are, and where they are kept. Whether they are right is the oracle's business. */
const table = 'pilot_cycle_metric_snapshots';
let now = new Date();
const s = await startTestService(t, { clock: () => now });
const tick = () => {
  now = new Date(now.getTime() + 1000);
};
const recompute = (more: object = {}, who: Caller = s.appAdmin) =>
  who.post('/metrics/recompute', { pilot_cycle_id: cycle, ...more });
const scorecard = (more: Record<string, string> = {}, who: Caller = s.appAdmin) =>
  who.get(`/metrics/scorecard?${new URLSearchParams({ pilot_cycle_id: cycle, ...more })}`);
const members = ['owner', 'admin', 'editor', 'viewer', 'ownerB', 'stranger'] as const;

t.before(async () => {
  for (const [who, orgId] of [
    [s.owner, s.orgA],
    [s.owner, s.orgA],
    [s.ownerB, s.orgB],
  ] as const) {
    const attempt = contactAttemptBody(orgId, { attempt_outcome: 'no_response' });
    t.equal((await who.post('/events/contact-attempt', attempt)).status, 201);
  }
});

t.test('they are computed over all organisations, and kept in a table of their own', async (t) => {
  t.equal((await scorecard()).status, 404);
  const answer = await recompute();
  t.equal(answer.status, 200);
  t.match(answer.body, { snapshots_written: 9, scorecard: { org_id: null, m1_failed_contact_rate: 1 } });
  const [m1, , , , , , m5] = answer.body.metrics;
  t.match(m1, { numerator: 3, denominator: 3 });
  t.match(m5, { numerator: 1, denominator: 2 });
  t.equal(await countRows(s, table), 9);
  t.equal(await countRows(s, 'pilot_metric_snapshots'), 0);

  const read = await scorecard();
  const { scorecard: figures, metrics } = answer.body;
  t.strictSame(read.body, { scorecard: figures, metrics, gate_1: null });
});

t.test('the same hash in two organisations is two people, even if it were stored alike', async (t) => {
  await s.asSuperuser((client) =>
    client.query(
      `INSERT INTO pilot.pilot_contact_attempt_events (recorded_by_org_id, id, pilot_cycle_id, service_id, entity_key_hash,
                                                       attempt_channel, attempt_outcome, attempted_at, service_version)
       SELECT org, gen_random_uuid(), $1, $2, sha256('somebody'), 'phone', 'no_response', '2026-03-02T15:00:00Z', 'test'
       FROM unnest($3::uuid[]) AS org`,
      [otherCycle, service, [s.orgA, s.orgB]],
    ),
  );
  const { body } = await recompute({ pilot_cycle_id: otherCycle });
  t.match(body.metrics[6], { metric_id: 'M5', numerator: 0, denominator: 2, data_quality: { rows_read: 2 } });
  await s.asSuperuser((client) =>
    client.query(`DELETE FROM pilot.${table} WHERE pilot_cycle_id = $1`, [otherCycle]),
  );
});

t.test('they are no figures of an organisation, nor those of one theirs', async (t) => {
  t.equal((await scorecard({ org_id: s.orgA })).status, 404);
  tick();
  const ofA = await recompute({ org_id: s.orgA });
  t.match(ofA.body.metrics, Array(9).fill({ previous: null }));
  t.match((await scorecard()).body, { scorecard: { org_id: null }, metrics: [{ denominator: 3 }] });
  t.equal(await countRows(s, table), 9);
});

t.test('a second recompute tells the value before, and earlier snapshots stay', async (t) => {
  const before = (await scorecard()).body.metrics[0];
  const attempt = contactAttemptBody(s.orgB, { attempt_outcome: 'connected' });
  await s.ownerB.post('/events/contact-attempt', attempt);
  tick();
  const [m1] = (await recompute()).body.metrics;
  t.match(m1, { numerator: 3, denominator: 4 });
  t.strictSame(m1.previous, { value: before.value, calculated_at: before.calculated_at });
  t.equal(await countRows(s, table), 18);
});

t.test(
  'nobody but app admins computes or reads them, and all others hear the same whatever they ask',
  async (t) => {
    const headers = { 'x-request-id': '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e77' };
    const before = await countRows(s, table);
    const heard = new Set<string>();
    for (const name of members) {
      const who = s[name];
      for (const id of [cycle, 'nobody-knows']) {
        for (const answer of [
          await who.post('/metrics/recompute', { pilot_cycle_id: id }, { headers }),
          await who.get(`/metrics/scorecard?pilot_cycle_id=${id}`, { headers }),
          await who.get(`/metrics/windows?pilot_cycle_id=${id}`, { headers }),
          await who.get(`/metrics/history?pilot_cycle_id=${id}`, { headers }),
          await who.get(`/metrics/organizations?pilot_cycle_id=${id}`, { headers }),
        ]) {
          t.equal(answer.status, 403, `${name}, ${id}`);
          heard.add(JSON.stringify(visible(answer)));
        }
      }
    }
    t.equal(heard.size, 1);
    t.equal(await countRows(s, table), before);
  },
);

t.test('an app admin who is one no longer is refused', async (t) => {
  const other = await startTestService(t);
  const ask = { pilot_cycle_id: cycle };
  t.equal((await other.appAdmin.post('/metrics/recompute', ask)).status, 200);
  await other.asOwner((client) => client.query('DELETE FROM pilot.app_admins'));
  t.equal((await other.appAdmin.post('/metrics/recompute', ask)).status, 403);
  t.equal((await other.appAdmin.get(`/metrics/scorecard?pilot_cycle_id=${cycle}`)).status, 403);
});

t.test('a cycle that is not registered cannot be computed', async (t) => {
  const answer = await recompute({ pilot_cycle_id: 'nobody-knows' });
  t.equal(answer.status, 422);
  t.strictSame(errorsOf(answer), ['pilot_cycle_id not_registered']);
});

t.test('Gate 1 is judged by the baselines of the request, and by no stored one', async (t) => {
  for (const orgId of [s.orgA, s.orgB]) await storeBaseline(s, orgId);
  t.equal((await scorecard()).body.gate_1, null);
  const { body } = await scorecard({
    baseline_failed_contact_rate: '0.9',
    baseline_p50_seconds_to_connection: '3600',
  });
  t.match(body.gate_1, { baseline_source: 'request', baseline_run_id: null });
  t.match(body.gate_1.checks[0], { metric_id: 'M1', measured: 0.75, pass: false });
});

t.test('through the database, members and the evaluator see none of them and add none', async (t) => {
  const stored = await countRows(s, table);
  t.not(stored, 0);
  const columns = `id, recompute_id, pilot_cycle_id, metric_id, calculated_at, unit, denominator, note, quality, data_quality,
    query_id, query_version`;
  const insert = `INSERT INTO pilot.${table} (${columns}) VALUES (gen_random_uuid(), gen_random_uuid(), '${cycle}', 'M1',
    now(), 'ratio', 0, 'no_qualifying_events', 'no_data', '{}', 'none', 1)`;
  const tried = (userId: string | undefined) =>
    asApp(s, userId, async (client) => ({
      seen: (await client.query(`SELECT FROM pilot.${table}`)).rowCount,
      insert: await outcome(client, insert),
      update: await outcome(client, `UPDATE pilot.${table} SET denominator = 0`),
      delete: await outcome(client, `DELETE FROM pilot.${table}`),
    }));
  const never = { update: '42501', delete: '42501' };
  for (const userId of [...members.map((name) => s[name].userId), evaluator, undefined]) {
    t.same(await tried(userId), { seen: 0, insert: '42501', ...never }, `${userId}`);
  }
  t.same(await tried(s.appAdmin.userId), { seen: stored, insert: 'accepted 1', ...never });
});
