import { randomUUID } from 'node:crypto';
import t from 'tap';
import { at, countRows, errorsOf, later, referralBody, storedRows } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';

/** POST /events/referral; updates have a file of their own. */
const s = await startTestService(t);
const table = 'pilot_referral_events';
const history = 'pilot_referral_event_history';
const send = (more: Record<string, unknown>) => s.owner.post('/events/referral', referralBody(s.orgA, more));
const earlier = '2026-03-02T14:59:59.999Z';
const terminalStates = ['connected', 'failed', 'client_withdrew', 'no_response_timeout'];
const reasons = [
  'disconnected_number',
  'no_response',
  'intake_closed',
  'ineligible',
  'capacity_full',
  'unknown_failure',
];

t.test('a referral is initiated when nothing else is said, and the same as one that says so', async (t) => {
  const id = randomUUID();
  t.equal((await send({ id })).status, 201);
  t.equal((await send({ id, referral_state: 'initiated' })).status, 200);
  t.match(await storedRows(s, table, id), [
    { referral_state: 'initiated', terminal_at: null, failure_reason_code: null },
  ]);
});

t.test('the first state opens the history, once', async (t) => {
  const id = randomUUID();
  const body = {
    id,
    referral_state: 'failed',
    updated_at: later,
    terminal_at: at,
    failure_reason_code: reasons[0],
  };
  await Promise.all(Array.from({ length: 20 }, () => send(body)));
  t.match(await storedRows(s, history, id, 'referral_id'), [
    {
      referral_state: 'failed',
      updated_at: new Date(later),
      terminal_at: new Date(at),
      failure_reason_code: reasons[0],
      service_version: String,
    },
  ]);
  t.equal((await storedRows(s, history, id, 'referral_id')).length, 1);
});

t.test('a terminal time is there exactly when the state is terminal', async (t) => {
  const before = [await countRows(s, table), await countRows(s, history)];
  const wrong = [
    { terminal_at: later },
    { referral_state: 'initiated', terminal_at: later },
    ...terminalStates.map((referral_state) => ({ referral_state })),
  ];
  for (const state of wrong) {
    const answer = await send(state);
    t.equal(answer.status, 400, JSON.stringify(state));
    t.strictSame(errorsOf(answer), ['terminal_at exactly_when_terminal']);
  }
  t.strictSame([await countRows(s, table), await countRows(s, history)], before);
  for (const referral_state of terminalStates) {
    t.equal((await send({ referral_state, terminal_at: later })).status, 201, referral_state);
  }
});

t.test('a failure reason goes only with the two failures, and need not be given', async (t) => {
  for (const referral_state of ['failed', 'no_response_timeout']) {
    for (const failure_reason_code of [undefined, ...reasons]) {
      const answer = await send({ referral_state, terminal_at: later, failure_reason_code });
      t.equal(answer.status, 201, `${referral_state} ${failure_reason_code}`);
    }
  }
  for (const state of [
    {},
    { referral_state: 'connected', terminal_at: later },
    { referral_state: 'client_withdrew', terminal_at: later },
  ]) {
    const answer = await send({ ...state, failure_reason_code: 'no_response' });
    t.equal(answer.status, 400, JSON.stringify(state));
    t.strictSame(errorsOf(answer), ['failure_reason_code only_for_failures']);
  }
});

t.test('unknown states and reasons are refused', async (t) => {
  for (const referral_state of ['open', 'Initiated', '', null, 1]) {
    t.strictSame(
      errorsOf(await send({ referral_state })),
      ['referral_state invalid_value'],
      `${referral_state}`,
    );
  }
  const failed = { referral_state: 'failed', terminal_at: later };
  for (const failure_reason_code of ['busy', '', null]) {
    const answer = await send({ ...failed, failure_reason_code });
    t.strictSame(errorsOf(answer), ['failure_reason_code invalid_value'], `${failure_reason_code}`);
  }
});

t.test('neither the update nor the end is before the creation', async (t) => {
  const early = await send({ updated_at: earlier });
  t.equal(early.status, 400);
  t.strictSame(errorsOf(early), ['updated_at not_before_created_at']);
  const ended = await send({ referral_state: 'connected', terminal_at: earlier });
  t.equal(ended.status, 400);
  t.strictSame(errorsOf(ended), ['terminal_at not_before_created_at']);
  t.equal(
    (await send({ referral_state: 'connected', terminal_at: at })).status,
    201,
    'the same moment is fine',
  );
});

t.test('every field of a referral is part of its content', async (t) => {
  const body = { id: randomUUID(), referral_state: 'failed', updated_at: later, terminal_at: later };
  t.equal((await send(body)).status, 201);
  for (const other of [
    { target_service_id: 'service-two' },
    { pilot_cycle_id: 'cycle-b' },
    { created_at: earlier },
    { updated_at: '2026-03-02T16:30:00.001Z' },
    { terminal_at: at },
    { referral_state: 'client_withdrew' },
    { failure_reason_code: 'ineligible' },
  ]) {
    t.equal((await send({ ...body, ...other })).status, 409, JSON.stringify(other));
  }
  t.equal((await send(body)).status, 200);
});
