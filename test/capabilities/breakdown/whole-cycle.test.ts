import t from 'tap';
import { cycle, otherCycle, startTestService } from '../../support/service.ts';
import { countedIn, recorderFor, recorderIn } from './support/record.ts';

/** GET /metrics/breakdown without an organisation. */
const s = await startTestService(t);
const ofA = recorderFor(s.orgA, s.owner);
const ofB = recorderFor(s.orgB, s.ownerB);
const read = (query = '', who = s.appAdmin) => who.get(`/metrics/breakdown?pilot_cycle_id=${cycle}${query}`);
const at = '2026-03-03T04:30:00.000Z';

t.test('an app admin gets the sum of all organisations', async (t) => {
  for (const { attempt, referral, audit, connection } of [ofA, ofA, ofB]) {
    const contact_attempt_event_id = await attempt(at);
    await connection('2026-03-03T05:00:00.000Z', { contact_attempt_event_id });
    await referral(at);
    await audit(at);
  }
  const { status, body } = await read();
  t.equal(status, 200);
  t.match(body, { org_id: null, time_zone: 'America/Toronto', periods: ['2026-03-02'] });
  t.strictSame(countedIn(body.attempts), [['phone', 'connected', 3, [3]]]);
  t.strictSame(countedIn(body.referrals), [['initiated', null, 3, [3]]]);
  t.strictSame(countedIn(body.audits), [[null, 'web_plus_call', 3, [3]]]);
  t.equal(body.time_to_connection.total, 3);
});

t.test('nobody else does, with whatever role', async (t) => {
  for (const who of [s.owner, s.admin, s.editor, s.viewer, s.ownerB, s.stranger]) {
    const answer = await read('', who);
    t.equal(answer.status, 403);
    t.equal(answer.body.detail, 'Only app admins may do this.');
  }
});

t.test('each event counts on its day where its organisation is', async (t) => {
  const inVancouver = await recorderIn(s, 'America/Vancouver');
  await inVancouver.attempt('2026-03-03T07:30:00.000Z');
  await ofA.attempt('2026-03-03T07:30:00.000Z');
  const { body } = await read('&per=day');
  t.equal(body.time_zone, null);
  t.strictSame(body.periods, ['2026-03-02', '2026-03-03']);
  t.strictSame(countedIn(body.attempts), [['phone', 'connected', 5, [4, 1]]]);
  // A bound is a moment: in Vancouver it lies on the day before.
  const window = '&window_start=2026-03-03T07:00:00Z&window_end=2026-03-03T08:00:00Z';
  const bounded = (await read(`&per=day${window}`)).body;
  t.strictSame(bounded.periods, ['2026-03-02', '2026-03-03']);
  t.strictSame(countedIn(bounded.attempts), [['phone', 'connected', 2, [1, 1]]]);
});

t.test(
  'an organisation that has recorded nothing of the cycle changes neither its zone nor its days',
  async (t) => {
    await recorderIn(s, 'Pacific/Auckland');
    const week = '&window_start=2026-03-02T05:00:00Z&window_end=2026-03-09T04:00:00Z';
    const inOtherCycle = (query = '') =>
      s.appAdmin.get(`/metrics/breakdown?pilot_cycle_id=${otherCycle}${query}`);
    t.match((await inOtherCycle(week)).body, { time_zone: null }, 'as long as nobody has, all count');
    await ofA.attempt('2026-03-03T07:30:00.000Z', { pilot_cycle_id: otherCycle });
    t.match((await inOtherCycle(week)).body, { time_zone: 'America/Toronto', periods: ['2026-03-02'] });
  },
);
