import t from 'tap';
import { errorsOf } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';
import { countedIn, recorderIn } from './support/record.ts';

/** GET /metrics/breakdown: days and weeks, where they begin, and how far they go. */
const s = await startTestService(t);

const perDay = { per: 'day' };

t.test(
  'an event at local midnight belongs to the day that begins, the millisecond before to the last',
  async (t) => {
    const its = await recorderIn(s);
    // Toronto changes to daylight saving time on 8 March 2026, so that midnight is an hour earlier from the 9th on.
    for (const midnight of ['2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z']) {
      await its.attempt(midnight);
      await its.referral(new Date(Date.parse(midnight) - 1).toISOString());
      await its.audit(midnight);
    }
    const { body } = await its.breakdown(perDay);
    t.strictSame(body.periods, ['2026-03-07', '2026-03-08', '2026-03-09']);
    t.strictSame(countedIn(body.attempts), [['phone', 'connected', 2, [0, 1, 1]]]);
    t.strictSame(countedIn(body.referrals), [['initiated', null, 2, [1, 1, 0]]]);
    t.strictSame(countedIn(body.audits), [[null, 'web_plus_call', 2, [0, 1, 1]]]);
  },
);

t.test('a day on which the clocks are put back has 25 hours, all of which are its own', async (t) => {
  const its = await recorderIn(s);
  for (let hour = 4; hour <= 29; hour += 1)
    await its.attempt(new Date(Date.UTC(2025, 10, 2, hour)).toISOString());
  const { body } = await its.breakdown(perDay);
  t.strictSame(body.periods, ['2025-11-02', '2025-11-03']);
  t.strictSame(countedIn(body.attempts), [['phone', 'connected', 26, [25, 1]]]);
});

t.test('days are those of the organisation, wherever it is', async (t) => {
  const at = '2026-03-03T03:00:00.000Z';
  for (const [zone, day] of [
    ['America/Vancouver', '2026-03-02'],
    ['UTC', '2026-03-03'],
    ['Asia/Kathmandu', '2026-03-03'],
    ['Pacific/Kiritimati', '2026-03-03'],
  ] as const) {
    const its = await recorderIn(s, zone);
    await its.attempt(at);
    t.match((await its.breakdown(perDay)).body, { time_zone: zone, periods: [day] });
  }
});

t.test('a week begins on Monday', async (t) => {
  const its = await recorderIn(s);
  await its.audit('2026-03-02T04:59:59.999Z');
  await its.audit('2026-03-02T05:00:00.000Z');
  await its.audit('2026-03-09T03:59:59.999Z');
  await its.audit('2026-03-09T04:00:00.000Z');
  const { body } = await its.breakdown();
  t.strictSame(body.periods, ['2026-02-23', '2026-03-02', '2026-03-09']);
  t.strictSame(countedIn(body.audits), [[null, 'web_plus_call', 4, [1, 2, 1]]]);
});

t.test(
  'periods run from bound to bound, whole or in part; where it is open, from or to an event',
  async (t) => {
    const its = await recorderIn(s);
    await its.referral('2026-03-11T15:00:00Z');
    await its.audit('2026-03-18T15:00:00Z');
    await its.attempt('2026-03-25T15:00:00Z');
    const start = { window_start: '2026-03-04T05:00:00Z' };
    const end = { window_end: '2026-04-06T04:00:00Z' };
    const weeks = ['2026-03-02', '2026-03-09', '2026-03-16', '2026-03-23', '2026-03-30'];
    const periodsOf = async (query: Record<string, string>) => (await its.breakdown(query)).body.periods;
    t.strictSame(await periodsOf({ ...start, ...end }), weeks);
    t.strictSame(await periodsOf(start), weeks.slice(0, 4));
    t.strictSame(await periodsOf(end), weeks.slice(1));
    t.strictSame(await periodsOf({}), weeks.slice(1, 4));
    // What lies outside of the window does not make it longer.
    t.strictSame(await periodsOf({ window_start: '2026-03-17T00:00:00Z' }), weeks.slice(2, 4));
    t.strictSame(await periodsOf({ window_end: '2026-03-17T00:00:00Z' }), weeks.slice(1, 3));
    t.strictSame(await periodsOf({ window_start: '2026-03-26T00:00:00Z' }), []);
    t.strictSame(await periodsOf({ window_end: '2026-03-11T15:00:00Z' }), []);
    t.strictSame(await periodsOf({ ...perDay, ...start, window_end: '2026-03-06T05:00:00.001Z' }), [
      '2026-03-04',
      '2026-03-05',
      '2026-03-06',
    ]);
  },
);

t.test('an event at the start of the window counts, and one at its end does not', async (t) => {
  const its = await recorderIn(s);
  const window_start = '2026-03-03T15:00:00.000Z';
  const window_end = '2026-03-05T15:00:00.000Z';
  for (const moment of [window_start, window_end]) {
    const contact_attempt_event_id = await its.attempt(moment);
    await its.referral(moment);
    await its.audit(moment);
    await its.connection(moment, { contact_attempt_event_id });
  }
  const { body } = await its.breakdown({ window_start, window_end });
  t.strictSame(body.periods, ['2026-03-02']);
  for (const rows of [body.attempts, body.referrals, body.audits])
    t.strictSame(
      countedIn(rows).map((row) => row.at(-2)),
      [1],
    );
  t.equal(body.time_to_connection.total, 1);
});

t.test('an event beside the window begins and ends no period, of whatever kind it is', async (t) => {
  const at = '2026-03-04T15:00:00.000Z';
  const after = '2026-03-04T15:00:00.001Z';
  for (const kind of ['attempt', 'referral', 'audit'] as const) {
    const its = await recorderIn(s);
    await its[kind](at);
    const periodsOf = async (query: Record<string, string>) => (await its.breakdown(query)).body.periods;
    t.strictSame(await periodsOf({ window_end: at }), [], kind);
    t.strictSame(await periodsOf({ window_start: after }), [], kind);
    t.strictSame(await periodsOf({ window_end: after }), ['2026-03-02'], kind);
    t.strictSame(await periodsOf({ window_start: at }), ['2026-03-02'], kind);
  }
});

t.test('more than 400 periods are refused, and longer ones are offered', async (t) => {
  const its = await recorderIn(s);
  const window_start = '2024-03-01T05:00:00Z';
  const within = (days: number) => ({
    window_start,
    window_end: new Date(Date.parse(window_start) + days * 86_400_000).toISOString(),
  });
  // The last day of each lies in summer, an hour earlier.
  const most = await its.breakdown({ ...within(399), ...perDay });
  t.equal(most.body.periods.length, 400);
  const answer = await its.breakdown({ ...within(400), ...perDay });
  t.equal(answer.status, 400);
  t.strictSame(errorsOf(answer), ['per few_periods']);
  t.equal((await its.breakdown(within(400))).status, 200);
  await its.attempt('2024-03-01T05:00:00Z');
  await its.attempt('2026-03-01T05:00:00Z');
  t.strictSame(errorsOf(await its.breakdown(perDay)), ['per few_periods'], 'with open bounds too');
  t.equal((await its.breakdown()).body.periods.length, 105);
  await its.attempt('2001-03-03T05:00:00Z');
  t.strictSame(errorsOf(await its.breakdown()), ['per few_periods'], 'weeks can be too many as well');
  const { body } = await its.breakdown({ per: 'month' });
  t.strictSame(
    [body.periods.length, body.periods.at(0), body.periods.at(-1)],
    [301, '2001-03-01', '2026-03-01'],
  );
  t.strictSame(
    countedIn(body.attempts).map((row) => row.at(2)),
    [3],
  );
});

t.test('a month begins on its first day, where the organisation is', async (t) => {
  const its = await recorderIn(s);
  await its.attempt('2026-03-01T04:59:59.999Z');
  await its.attempt('2026-03-01T05:00:00.000Z');
  await its.attempt('2026-04-01T03:59:59.999Z');
  const { body } = await its.breakdown({ per: 'month' });
  t.strictSame(body.periods, ['2026-02-01', '2026-03-01']);
  t.strictSame(countedIn(body.attempts), [['phone', 'connected', 3, [1, 2]]]);
});
