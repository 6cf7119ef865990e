import t from 'tap';
import { errorsOf } from '../../support/events.ts';
import { meeting } from '../../support/meeting.ts';
import { otherCycle, service, startTestService } from '../../support/service.ts';
import { countedIn, recorderFor, recorderIn } from './support/record.ts';

/** GET /metrics/breakdown: what is counted, in which combination, and for whom. */
const s = await startTestService(t);
const march = { window_start: '2026-03-02T05:00:00.000Z', window_end: '2026-03-16T04:00:00.000Z' };
const at = '2026-03-03T15:00:00.000Z';
const nextWeek = '2026-03-10T15:00:00.000Z';

t.test('every combination that the rules allow is there, once, with a zero for every period', async (t) => {
  const its = await recorderIn(s);
  const { status, body } = await its.breakdown(march);
  t.equal(status, 200);
  t.strictSame(body.periods, ['2026-03-02', '2026-03-09']);
  for (const [name, combinations] of [
    ['attempts', 5 * 6],
    ['referrals', 3 + 2 * 7],
    ['audits', 5 * 3],
  ] as const) {
    const rows: Record<string, unknown>[] = body[name];
    t.equal(rows.length, combinations, name);
    t.equal(new Set(rows.map((row) => JSON.stringify(row))).size, combinations, name);
    for (const { total, counts } of rows) t.strictSame([total, counts], [0, [0, 0]]);
  }
  const bounds = [0, 900, 3600, 14400, 28800, 86400, 172800, 259200, 604800, null];
  t.strictSame(body.time_to_connection, {
    total: 0,
    bins: bounds
      .slice(0, -1)
      .map((from_seconds, i) => ({ from_seconds, to_seconds: bounds[i + 1], count: 0 })),
  });
  const { referrals } = body;
  for (const { referral_state, failure_reason_code } of referrals) {
    const mayHaveReason = ['failed', 'no_response_timeout'].includes(referral_state);
    t.ok(failure_reason_code === null || mayHaveReason, `${referral_state} ${failure_reason_code}`);
  }
});

t.test('an answer says what it is of', async (t) => {
  const its = await recorderIn(s);
  const before = new Date().toISOString();
  const { body } = await its.breakdown({ ...march, per: 'day' });
  t.match(body, {
    org_id: its.org,
    window: { start: march.window_start, end: march.window_end },
    per: 'day',
    time_zone: 'America/Toronto',
  });
  t.ok(before <= body.counted_at && body.counted_at <= new Date().toISOString());
  t.match((await its.breakdown()).body, { window: { start: null, end: null }, per: 'week' });
});

t.test('each event counts in its combination and its period', async (t) => {
  const its = await recorderIn(s);
  await its.attempt(at);
  await its.attempt(nextWeek);
  await its.attempt(at, { attempt_channel: 'email', attempt_outcome: 'invalid_routing' });
  await its.referral(at);
  await its.referral(nextWeek, {
    referral_state: 'failed',
    terminal_at: nextWeek,
    failure_reason_code: 'ineligible',
  });
  await its.referral(nextWeek, { referral_state: 'failed', terminal_at: nextWeek });
  await its.audit(at);
  await its.audit(at, {
    is_fatal: true,
    fatal_error_category: 'wrong_or_disconnected_phone',
    verification_mode: 'web_only',
  });
  const { body } = await its.breakdown(march);
  t.strictSame(countedIn(body.attempts), [
    ['phone', 'connected', 2, [1, 1]],
    ['email', 'invalid_routing', 1, [1, 0]],
  ]);
  t.strictSame(countedIn(body.referrals), [
    ['initiated', null, 1, [1, 0]],
    ['failed', null, 1, [0, 1]],
    ['failed', 'ineligible', 1, [0, 1]],
  ]);
  t.strictSame(countedIn(body.audits), [
    [null, 'web_plus_call', 1, [1, 0]],
    ['wrong_or_disconnected_phone', 'web_only', 1, [1, 0]],
  ]);
});

t.test('a referral counts in the state of now, in the period in which it was made', async (t) => {
  const its = await recorderIn(s);
  const id = await its.referral(at);
  const update = {
    source_org_id: its.org,
    referral_state: 'connected',
    updated_at: nextWeek,
    terminal_at: nextWeek,
  };
  t.equal((await s.appAdmin.patch(`/events/referral/${id}`, update)).status, 200);
  t.strictSame(countedIn((await its.breakdown(march)).body.referrals), [['connected', null, 1, [1, 0]]]);
});

t.test('connections count by their whole seconds, from whichever anchor, and by connected_at', async (t) => {
  const its = await recorderIn(s);
  const start = Date.parse('2026-03-03T00:00:00Z');
  const after = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
  const contact_attempt_event_id = await its.attempt(after(0));
  const referral_event_id = await its.referral(after(0));
  for (const seconds of [0, 899.499, 899.5, 900, 3_599, 28_800, 604_799, 604_800])
    await its.connection(after(seconds), { contact_attempt_event_id });
  for (const seconds of [7_200, 2_000_000]) await its.connection(after(seconds), { referral_event_id });
  const countsOf = async (query = {}) => {
    const { total, bins } = (await its.breakdown(query)).body.time_to_connection;
    return [total, bins.map(({ count }: { count: number }) => count)];
  };
  t.strictSame(await countsOf(), [10, [2, 3, 1, 0, 1, 0, 0, 1, 2]]);
  t.strictSame(
    await countsOf({ window_start: after(900), window_end: after(604_800) }),
    [5, [0, 2, 1, 0, 1, 0, 0, 1, 0]],
    'the anchor counts wherever it lies',
  );
});

t.test('events of other organisations and cycles count for nobody else', async (t) => {
  const [its, others] = [await recorderIn(s), await recorderIn(s)];
  await its.attempt(at);
  const connected = { contact_attempt_event_id: await others.attempt(at) };
  await others.connection(nextWeek, connected);
  await others.referral(at);
  await others.audit(at);
  for (const kind of ['attempt', 'referral', 'audit'] as const)
    await its[kind](at, { pilot_cycle_id: otherCycle });
  const { periods, attempts, referrals, audits, time_to_connection } = (await its.breakdown()).body;
  t.strictSame(periods, ['2026-03-02']);
  t.strictSame([attempts, referrals, audits].flatMap(countedIn), [['phone', 'connected', 1, [1]]]);
  t.equal(time_to_connection.total, 0);
});

t.test('members may read; others are answered as if the organisation did not exist', async (t) => {
  const ofA = recorderFor(s.orgA, s.owner);
  for (const who of [s.owner, s.admin, s.editor, s.viewer, s.appAdmin])
    t.equal((await ofA.breakdown({}, who)).status, 200);
  const nobody = { org_id: '0190a6ef-1111-7000-8000-00000000dead' };
  for (const answer of [
    await ofA.breakdown({}, s.stranger),
    await ofA.breakdown({}, s.ownerB),
    await ofA.breakdown(nobody),
    await ofA.breakdown(nobody, s.appAdmin),
  ]) {
    t.equal(answer.status, 403);
    t.match(answer.body.detail, /^You may not do this in this organisation/);
  }
});

t.test('what was asked in a wrong way is refused', async (t) => {
  const ofA = recorderFor(s.orgA, s.owner);
  const moment = '2026-03-02T00:00:00Z';
  for (const [query, status, error] of [
    [{ pilot_cycle_id: 'nobody-knows' }, 422, 'pilot_cycle_id not_registered'],
    [{ per: 'year' }, 400, 'per invalid_value'],
    [{ window_start: moment, window_end: moment }, 400, 'window_end window_order'],
    [{ window_start: '2026-03-02' }, 400, 'window_start invalid_format'],
    [{ service_id: service }, 400, '(unknown field) unknown_field'],
  ] as const) {
    const answer = await ofA.breakdown(query);
    t.equal(answer.status, status);
    t.strictSame(errorsOf(answer), [error]);
  }
});

t.test(
  'what is counted was stored at the moment that is said, or later, however long counting took',
  async (t) => {
    const its = await recorderIn(s);
    let held = '';
    const [answer] = await meeting(s, 'pilot_referral_events', 1, async () => [await its.breakdown()], {
      lock: 'ACCESS EXCLUSIVE',
      meanwhile: async () => {
        held = new Date().toISOString();
      },
    });
    t.equal(answer?.status, 200);
    t.ok(answer?.body.counted_at <= held);
  },
);
