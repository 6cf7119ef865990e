import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { contactAttemptBody, countRows } from '../support/events.ts';
import { type Answer, cycle, startTestService, type TestService } from '../support/service.ts';
import { everyWrite } from '../support/writes.ts';
import { type Fate, startOnCuttableLine } from './support/cuttable-proxy.ts';
import { refused } from './support/refused.ts';
import { moveClockAhead } from './support/time-travel.ts';

/** The contact-attempt policy opens after five failures in a row, and tries again two seconds later. */
const failuresToOpen = 5;
const holdMs = 2_000;
const holdingBack = /holding back/;

/** The breakers of writes that are not named like them. */
const breakerOf: Readonly<Record<string, string>> = {
  'referral update': 'referral',
  'scope entry': 'scope',
  'change of a tier': 'scope',
  decision: 'integration-feasibility',
  recompute: 'metrics-recompute',
  'recompute of a whole cycle': 'metrics-recompute',
};

const attempt = ({ owner, orgA }: TestService, more: object = {}) =>
  owner.post('/events/contact-attempt', contactAttemptBody(orgA, { ...more }));
/** What the breakers did so far: "opened contact-attempt". */
const transitions = (service: TestService) =>
  [...service.log().matchAll(/"breaker_(\w+)","breaker":"([^"]+)"/g)].map(
    ([, what, which]) => `${what} ${which}`,
  );

function unavailable(t: Test, answer: Answer, what: string): void {
  refused(t, answer, 'unavailable', what);
  t.match(answer.headers.get('retry-after'), /^[1-9]\d?$/, `${what}: Retry-After`);
}

/** A service that has stored one attempt; then its breaker opened, its line works again, and it is about to try. */
async function startBeforeTrying(t: Test) {
  const { service, line } = await startOnCuttableLine(t, { config: { preparedStatements: false } });
  const id = randomUUID();
  await attempt(service, { id });
  line.cut();
  for (let count = 0; count < failuresToOpen; count += 1) await attempt(service);
  await line.restore();
  moveClockAhead(t, holdMs);
  return { service, line, id };
}

t.test('a database that goes away is 503, opens the breaker, and is asked again after a while', async (t) => {
  const { service, line } = await startOnCuttableLine(t);
  t.equal((await attempt(service)).status, 201);
  line.cut();
  for (let count = 0; count < failuresToOpen; count += 1)
    unavailable(t, await attempt(service), `failure ${count}`);
  t.same(transitions(service), ['opened contact-attempt']);

  await line.restore();
  const held = await attempt(service);
  unavailable(t, held, 'the open breaker');
  t.match(held.body.detail, holdingBack);
  moveClockAhead(t, holdMs);
  t.equal((await attempt(service)).status, 201, 'after the pause');
  t.same(transitions(service).slice(1), ['half_open contact-attempt', 'closed contact-attempt']);
});

t.test('an answer in between, be it a refusal, starts the count of failures anew', async (t) => {
  const { service, line } = await startOnCuttableLine(t);
  const failures = async (count: number) => {
    line.cut();
    for (let sent = 0; sent < count; sent += 1)
      t.notMatch((await attempt(service)).body.detail, holdingBack, `failure ${sent}`);
    await line.restore();
  };
  await failures(failuresToOpen - 1);
  t.equal((await attempt(service, { service_id: 'nobody' })).status, 422);
  await failures(failuresToOpen);
  t.same(transitions(service), ['opened contact-attempt']);
});

for (const [what, fate, status, then] of [
  ['succeeds', 'passed', 201, 'closed'],
  ['fails', 'cut', 503, 'opened'],
] as const) {
  t.test(
    `everybody else is refused while one tries again; when it ${what}, the breaker is ${then}`,
    async (t) => {
      const { service, line } = await startBeforeTrying(t);
      const arrived = Promise.withResolvers<void>();
      const decided = Promise.withResolvers<Fate>();
      line.intercept(() => {
        arrived.resolve();
        return decided.promise;
      });
      const trying = attempt(service);
      await arrived.promise;
      const others = await Promise.all(Array.from({ length: failuresToOpen }, () => attempt(service)));
      for (const other of others) t.match(other.body.detail, holdingBack);
      decided.resolve(fate);
      t.equal((await trying).status, status);
      t.same(
        transitions(service),
        ['opened', 'half_open', then].map((each) => `${each} contact-attempt`),
      );
      await line.restore();
      t.equal((await attempt(service)).status, status, 'and so is the next one');
    },
  );
}

for (const [status, send] of [
  [403, ({ stranger, orgA }) => stranger.post('/events/contact-attempt', contactAttemptBody(orgA))],
  [409, (service, id) => attempt(service, { id, attempt_channel: 'email' })],
  [422, (service) => attempt(service, { pilot_cycle_id: 'nobody-knows' })],
] satisfies [number, (service: TestService, id: string) => Promise<Answer>][]) {
  t.test(`a ${status} by the database that answers again closes the breaker`, async (t) => {
    const { service, id } = await startBeforeTrying(t);
    t.equal((await send(service, id)).status, status);
    t.same(transitions(service).slice(1), ['half_open contact-attempt', 'closed contact-attempt']);
  });
}

t.test('what is refused without the database is refused as ever, and does not try it', async (t) => {
  const { service } = await startBeforeTrying(t);
  t.equal((await attempt(service, { attempted_at: 'yesterday' })).status, 400);
  t.equal((await service.send('POST', '/events/contact-attempt')).status, 401);
  t.same(transitions(service), ['opened contact-attempt']);
});

t.test('breakers open independently', async (t) => {
  const { service, line } = await startOnCuttableLine(t);
  const { owner, orgA } = service;
  const scorecard = () => owner.get(`/metrics/scorecard?pilot_cycle_id=${cycle}&org_id=${orgA}`);
  const sends = new Map([['metrics-scorecard', scorecard]]);
  for (const { name, who, request } of everyWrite) {
    const { method, path, body } = await request(service);
    sends.set(breakerOf[name] ?? name, () => service[who][method](path, body));
  }
  for (const [breaker, send] of sends) {
    const opened = `opened ${breaker}`;
    line.cut();
    while (!transitions(service).includes(opened)) unavailable(t, await send(), breaker);
    await line.restore();
    t.equal(transitions(service).at(-1), opened);
    for (const [other, sendOther] of sends) {
      const { status, body } = await sendOther();
      if (other === breaker) t.match(body.detail, holdingBack);
      else t.ok(status < 500, `${other} while ${breaker} holds back`);
    }
    moveClockAhead(t, holdMs);
    t.ok((await send()).status < 500, `${breaker} tries again`);
  }
});

for (const when of ['before', 'after'] as const) {
  t.test(
    `a connection lost ${when} the COMMIT took place is outcome-unknown, and repeating is safe`,
    async (t) => {
      const { service, line } = await startOnCuttableLine(t);
      const id = randomUUID();
      line.loseCommit(when);
      const answer = await attempt(service, { id });
      refused(t, answer, 'outcome-unknown');
      t.match(answer.headers.get('retry-after'), /^\d+$/);
      t.equal((await attempt(service, { id })).body.status, when === 'before' ? 'created' : 'replayed');
      t.equal(await countRows(service, 'pilot_contact_attempt_events'), 1);
    },
  );
}

t.test('a lost connection while only reading is plainly unavailable', async (t) => {
  const { service, line } = await startOnCuttableLine(t);
  const what = { pilot_cycle_id: cycle, org_id: service.orgA };
  t.equal((await service.owner.post('/metrics/recompute', what)).status, 200);
  const scorecard = `/metrics/scorecard?${new URLSearchParams(what)}`;
  t.equal((await service.owner.get(scorecard)).status, 200);
  line.loseCommit('after');
  unavailable(t, await service.owner.get(scorecard), 'a read');
});

t.test(
  'when too many wait, the rest is turned away at once, the others are served, and no breaker moves',
  async (t) => {
    const service = await startTestService(t);
    const [atATime, waiting, tooMany] = [2, 20, 8];
    await service.asSuperuser(async (client) => {
      await client.query('BEGIN; LOCK TABLE pilot.app_admins');
      const turnedAway: Answer[] = [];
      const enough = Promise.withResolvers<void>();
      const answers = Array.from({ length: atATime + waiting + tooMany }, async (_, day) => {
        // Each of another window: recomputes of one window share a calculation.
        const window_start = new Date(Date.UTC(2026, 0, day)).toISOString();
        const body = { pilot_cycle_id: cycle, org_id: service.orgA, window_start };
        const answer = await service.owner.post('/metrics/recompute', body);
        if (answer.status === 503) turnedAway.push(answer);
        if (turnedAway.length === tooMany) enough.resolve();
        return answer;
      });
      await enough.promise;
      await client.query('ROLLBACK');
      for (const answer of turnedAway) unavailable(t, answer, 'turned away');
      const served = (await Promise.all(answers)).filter(({ status }) => status === 200);
      t.equal(served.length, atATime + waiting);
    });
    t.same(transitions(service), []);
  },
);
