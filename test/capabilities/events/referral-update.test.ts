import { randomUUID } from 'node:crypto';
import t from 'tap';
import {
  at,
  countRows,
  errorsOf,
  later,
  referralBody,
  statusCounts,
  storedRows,
  visible,
} from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';

/** PATCH /events/referral/{id} */
type Body = Record<string, unknown>;

const s = await startTestService(t);
const history = 'pilot_referral_event_history';
const hour = (n: number) => new Date(Date.parse(at) + n * 3_600_000).toISOString();
const path = (id: string) => `/events/referral/${id}`;

async function posted(more: Body = {}): Promise<string> {
  const answer = await s.owner.post('/events/referral', referralBody(s.orgA, more));
  t.equal(answer.status, 201);
  return answer.body.id;
}
const update = (more: Body = {}): Body => ({
  source_org_id: s.orgA,
  referral_state: 'connected',
  updated_at: later,
  terminal_at: later,
  ...more,
});
const failed = (n: number, reason?: string): Body =>
  update({
    referral_state: 'failed',
    updated_at: hour(n),
    terminal_at: hour(n),
    failure_reason_code: reason,
  });
const stateOf = async (id: string) => {
  const [row = {}] = await storedRows(s, 'pilot_referral_events', id);
  const { referral_state, updated_at, terminal_at, failure_reason_code } = row;
  return { referral_state, updated_at, terminal_at, failure_reason_code };
};

for (const state of ['connected', 'failed', 'client_withdrew', 'no_response_timeout']) {
  t.test(`an initiated referral may become ${state}`, async (t) => {
    const id = await posted();
    const answer = await s.editor.patch(path(id), update({ referral_state: state }));
    t.equal(answer.status, 200);
    t.match(answer.body, { id, status: 'updated', recorded_at: /^\d{4}-.*Z$/ });
    const expected = { updated_at: new Date(later), terminal_at: new Date(later), failure_reason_code: null };
    t.strictSame(await stateOf(id), { referral_state: state, ...expected });
    const states = (await storedRows(s, history, id, 'referral_id')).map((row) => row.referral_state);
    t.strictSame(states, ['initiated', state], 'the history keeps both');
  });
}

t.test('state, terminal time and reason are replaced together; absent means none', async (t) => {
  const id = await posted();
  t.equal((await s.owner.patch(path(id), failed(1, 'intake_closed'))).status, 200);
  t.equal((await s.owner.patch(path(id), failed(2))).status, 200);
  t.match(await stateOf(id), { referral_state: 'failed', failure_reason_code: null });
  t.equal((await s.owner.patch(path(id), failed(3, 'ineligible'))).status, 200);
  t.equal((await s.owner.patch(path(id), update({ updated_at: hour(4), terminal_at: hour(2) }))).status, 200);
  t.strictSame(await stateOf(id), {
    referral_state: 'connected',
    updated_at: new Date(hour(4)),
    terminal_at: new Date(hour(2)),
    failure_reason_code: null,
  });
  t.equal((await storedRows(s, history, id, 'referral_id')).length, 5);
});

t.test(
  'every update that was ever accepted is a replay with its own arrival, whatever came later',
  async (t) => {
    const id = await posted();
    const updates = [failed(1, 'no_response'), failed(2), update({ updated_at: hour(3) })];
    const first = [];
    for (const body of updates) first.push(await s.owner.patch(path(id), body));
    const state = await stateOf(id);
    for (const [i, body] of updates.entries()) {
      const again = await s.owner.patch(path(id.toUpperCase()), {
        ...body,
        source_org_id: s.orgA.toUpperCase(),
        updated_at: String(body.updated_at).replace('Z', '999+00:00'),
      });
      t.equal(again.status, 200);
      t.strictSame(again.body, { ...first[i]?.body, status: 'replayed' });
    }
    t.strictSame(await stateOf(id), state, 'a replay changes nothing');
    t.equal((await storedRows(s, history, id, 'referral_id')).length, 4);
  },
);

t.test('an update that is not later than the stored state is a conflict', async (t) => {
  const id = await posted();
  t.equal((await s.owner.patch(path(id), failed(2, 'ineligible'))).status, 200);
  const state = await stateOf(id);
  for (const body of [
    failed(2),
    failed(2, 'no_response'),
    failed(1, 'ineligible'),
    update({ updated_at: at }),
  ]) {
    const answer = await s.owner.patch(path(id), body);
    t.equal(answer.status, 409, JSON.stringify(body));
    t.match(answer.body, { type: /state-conflict$/ });
  }
  t.strictSame(await stateOf(id), state);
  t.equal((await storedRows(s, history, id, 'referral_id')).length, 2);
});

t.test('an update equal to what was posted is none that was accepted', async (t) => {
  const terminal = { referral_state: 'connected', updated_at: later, terminal_at: later };
  const id = await posted(terminal);
  t.equal((await s.owner.patch(path(id), update(terminal))).status, 409);
});

t.test('a referral never goes back to initiated, from no state and at no time', async (t) => {
  const id = await posted();
  const back = (n: number) => ({ source_org_id: s.orgA, referral_state: 'initiated', updated_at: hour(n) });
  const conflict = await s.owner.patch(path(id), back(1));
  t.equal(conflict.status, 409);
  t.match(conflict.body, { type: /state-conflict$/ });
  await s.owner.patch(path(id), failed(2));
  t.equal((await s.owner.patch(path(id), back(3))).status, 409);
  t.match(await stateOf(id), { referral_state: 'failed' });
});

t.test('a referral does not end before it was created', async (t) => {
  const id = await posted();
  const answer = await s.owner.patch(path(id), update({ terminal_at: '2026-03-02T14:59:59.999Z' }));
  t.equal(answer.status, 409);
  t.match(await stateOf(id), { referral_state: 'initiated' });
  t.equal(
    (await s.owner.patch(path(id), update({ terminal_at: at }))).status,
    200,
    'the same moment is fine',
  );
});

t.test('a repeated POST is compared with the referral as first posted', async (t) => {
  const id = randomUUID();
  const body = referralBody(s.orgA, { id });
  const first = await s.owner.post('/events/referral', body);
  await s.owner.patch(path(id), failed(1, 'ineligible'));
  await s.owner.patch(path(id), update({ updated_at: hour(2) }));
  const again = await s.owner.post('/events/referral', body);
  t.equal(again.status, 200);
  t.strictSame(again.body, { ...first.body, status: 'replayed' });
  const asNow = referralBody(s.orgA, { id, ...update({ updated_at: hour(2) }) });
  t.equal((await s.owner.post('/events/referral', asNow)).status, 409, 'the present state was not posted');
});

t.test("a referral that does not exist and another organisation's are the same 404", async (t) => {
  const headers = { 'x-request-id': randomUUID() };
  const ofB = await s.ownerB.post('/events/referral', referralBody(s.orgB));
  const before = await countRows(s, history);
  const answers = [];
  for (const who of ['owner', 'appAdmin'] as const) {
    for (const id of [randomUUID(), ofB.body.id]) {
      answers.push(await s[who].patch(path(id), update(), { headers }));
    }
  }
  t.strictSame(statusCounts(answers), { 404: 4 });
  for (const answer of answers) t.strictSame(visible(answer), visible(answers[0] ?? answer));
  const back = { source_org_id: s.orgA, referral_state: 'initiated', updated_at: later };
  t.equal(
    (await s.owner.patch(path(randomUUID()), back)).status,
    404,
    'initiated is a conflict only once found',
  );
  t.equal(await countRows(s, history), before);
});

t.test('only those who may write may update, before anything is found', async (t) => {
  const id = await posted();
  for (const who of ['viewer', 'stranger', 'ownerB'] as const) {
    t.equal((await s[who].patch(path(id), update())).status, 403, who);
    t.equal((await s[who].patch(path(randomUUID()), update())).status, 403, who);
  }
  t.equal((await s.appAdmin.patch(path(id), update({ source_org_id: randomUUID() }))).status, 403);
  t.match(await stateOf(id), { referral_state: 'initiated' });
  for (const [i, who] of (['owner', 'admin', 'editor', 'appAdmin'] as const).entries()) {
    t.equal((await s[who].patch(path(id), failed(i + 1))).status, 200, who);
  }
});

t.test('a malformed id is a 400 that does not repeat it', async (t) => {
  for (const id of ['1', 'jane-doe', `${randomUUID()}0`, 'g'.repeat(36), '%20', 'x'.repeat(64)]) {
    const answer = await s.owner.patch(path(id), update());
    t.equal(answer.status, 400, id);
    t.strictSame(errorsOf(answer), ['id invalid_format']);
    t.notMatch(answer.text, 'jane-doe');
  }
});

t.test('the rules of a state and its details are those of a POST', async (t) => {
  const id = await posted();
  const refused: [Body, string][] = [
    [{ terminal_at: undefined }, 'terminal_at exactly_when_terminal'],
    [{ referral_state: 'initiated' }, 'terminal_at exactly_when_terminal'],
    [{ failure_reason_code: 'no_response' }, 'failure_reason_code only_for_failures'],
    [{ referral_state: 'open' }, 'referral_state invalid_value'],
    [{ referral_state: 'failed', failure_reason_code: 'busy' }, 'failure_reason_code invalid_value'],
    [{ source_org_id: undefined }, 'source_org_id required'],
    [{ referral_state: undefined }, 'referral_state required'],
    [{ updated_at: undefined }, 'updated_at required'],
    [{ updated_at: '2026-03-02T16:30:00' }, 'updated_at invalid_format'],
    [{ created_at: at }, '(unknown field) unknown_field'],
    [{ id }, '(unknown field) unknown_field'],
  ];
  for (const [more, error] of refused) {
    const answer = await s.owner.patch(path(id), update(more));
    t.equal(answer.status, 400, JSON.stringify(more));
    t.strictSame(errorsOf(answer), [error]);
  }
  t.match(await stateOf(id), { referral_state: 'initiated' });
});

t.test('of many equal updates at the same time one is made, and the others are replays', async (t) => {
  const id = await posted();
  const answers = await Promise.all(Array.from({ length: 20 }, () => s.owner.patch(path(id), update())));
  t.strictSame(statusCounts(answers), { 200: 20 });
  t.equal(answers.filter(({ body }) => body.status === 'updated').length, 1);
  t.equal((await storedRows(s, history, id, 'referral_id')).length, 2);
});

t.test('of different updates for the same moment at the same time one wins', async (t) => {
  const id = await posted();
  const states = ['connected', 'failed', 'client_withdrew', 'no_response_timeout'];
  const answers = await Promise.all(
    states.map((referral_state) => s.owner.patch(path(id), update({ referral_state }))),
  );
  t.strictSame(statusCounts(answers), { 200: 1, 409: 3 });
  const winner = states[answers.findIndex(({ status }) => status === 200)];
  t.match(await stateOf(id), { referral_state: winner });
});
