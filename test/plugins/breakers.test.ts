import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { contactAttemptBody, referralBody } from '../support/events.ts';
import { type Answer, startTestService, type TestService } from '../support/service.ts';
import { startOnCuttableLine } from './support/cuttable-proxy.ts';
import { refused } from './support/refused.ts';
import { moveClockAhead } from './support/time-travel.ts';

/** The contact-attempt policy opens after five failures in a row, and tries again two seconds later. */
const failuresToOpen = 5;
const holdMs = 2_000;
const holdingBack = /holding back/;

const attempt = ({ owner, orgA }: TestService, more: object = {}) =>
  owner.post('/events/contact-attempt', contactAttemptBody(orgA, { ...more }));
const refer = ({ owner, orgA }: TestService) => owner.post('/events/referral', referralBody(orgA));
const opened = (service: TestService) => service.log().match(/"breaker_opened","breaker":"[^"]+"/g) ?? [];

function unavailable(t: Test, answer: Answer, what: string): void {
  refused(t, answer, 'unavailable', what);
  t.match(answer.headers.get('retry-after'), /^[1-9]\d?$/, `${what}: Retry-After`);
}

t.test('what callers do wrong never opens a breaker, however often', async (t) => {
  const service = await startTestService(t);
  const { owner, stranger, orgA } = service;
  const id = randomUUID();
  t.equal((await attempt(service, { id })).status, 201);
  const wrong: Record<number, () => Promise<Answer>> = {
    400: () => attempt(service, { attempted_at: 'yesterday' }),
    403: () => stranger.post('/events/contact-attempt', contactAttemptBody(orgA)),
    409: () => attempt(service, { id, attempt_channel: 'email' }),
    422: () => attempt(service, { service_id: 'nobody' }),
  };
  for (const [status, send] of Object.entries(wrong)) {
    for (let count = 0; count < failuresToOpen + 1; count += 1)
      t.equal((await send()).status, Number(status));
  }
  t.equal((await owner.patch(`/events/referral/${id}`, {})).status, 400);
  t.equal((await attempt(service)).status, 201);
  t.same(opened(service), []);
});

t.test('what is wrong with our tables or too slow never opens a breaker either', async (t) => {
  const service = await startTestService(t, { config: { statementTimeoutMs: 100 } });
  const table = 'pilot.pilot_contact_attempt_events';
  const ailments: [what: string, status: number, make: string, heal: string][] = [
    [
      'a constraint that refuses everything',
      500,
      `ALTER TABLE ${table} ADD CONSTRAINT no CHECK (false) NOT VALID`,
      `ALTER TABLE ${table} DROP CONSTRAINT no`,
    ],
    [
      'a table that is not there',
      501,
      `ALTER TABLE ${table} RENAME TO gone`,
      `ALTER TABLE pilot.gone RENAME TO pilot_contact_attempt_events`,
    ],
    [
      'a grant that is missing',
      500,
      `REVOKE INSERT ON ${table} FROM pilot_app`,
      `GRANT INSERT ON ${table} TO pilot_app`,
    ],
    ['a table that somebody holds', 503, `BEGIN; LOCK TABLE ${table}`, 'ROLLBACK'],
  ];
  await service.asSuperuser(async (client) => {
    const { rows } = await client.query(
      'SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND has_column_privilege($2, attrelid, attnum, $3)',
      [table, 'pilot_app', 'INSERT'],
    );
    const columns = rows.map(({ attname }) => attname).join(', ');
    for (const [what, status, make, heal] of ailments) {
      await client.query(make.replace('REVOKE INSERT', `REVOKE INSERT (${columns})`));
      for (let count = 0; count < failuresToOpen + 1; count += 1) {
        t.equal((await attempt(service)).status, status, what);
      }
      await client.query(heal.replace('GRANT INSERT', `GRANT INSERT (${columns})`));
      t.equal((await attempt(service)).status, 201, `after ${what}`);
    }
  });
  t.same(opened(service), []);
  t.match(service.log(), /"event":"row_level_security_alert"/, 'a refusal by the database is an alert');
});

t.test('a database that goes away is 503, opens the breaker, and is asked again after a while', async (t) => {
  const { service, line } = await startOnCuttableLine(t);
  t.equal((await attempt(service)).status, 201);
  line.cut();
  for (let count = 0; count < failuresToOpen; count += 1)
    unavailable(t, await attempt(service), `failure ${count}`);
  t.same(opened(service), ['"breaker_opened","breaker":"contact-attempt"']);

  line.restore();
  const held = await attempt(service);
  unavailable(t, held, 'the open breaker');
  t.match(held.body.detail, holdingBack);
  t.equal((await refer(service)).status, 201, 'the breaker of another capability is closed');

  moveClockAhead(t, holdMs);
  t.equal((await attempt(service)).status, 201, 'after the pause');
  t.match(
    service.log(),
    /"breaker_half_open","breaker":"contact-attempt".*"breaker_closed","breaker":"contact-attempt"/s,
  );
});

t.test(
  'a breaker that tries again in vain opens again, and an answer in between, be it a refusal, starts the count anew',
  async (t) => {
    const { service, line } = await startOnCuttableLine(t);
    line.cut();
    for (let count = 1; count < failuresToOpen; count += 1) await attempt(service);
    line.restore();
    t.equal(
      (await attempt(service, { service_id: 'nobody' })).status,
      422,
      'an answer, one failure short of opening',
    );
    line.cut();
    for (let count = 0; count < failuresToOpen; count += 1) {
      t.notMatch((await attempt(service)).body.detail, holdingBack, `failure ${count}`);
    }
    t.match((await attempt(service)).body.detail, holdingBack);
    moveClockAhead(t, holdMs);
    t.notMatch((await attempt(service)).body.detail, holdingBack, 'the one that tries');
    t.match((await attempt(service)).body.detail, holdingBack, 'the next one');
    t.equal(opened(service).length, 2);
  },
);

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
      const { rows } = await service.asSuperuser((client) =>
        client.query('SELECT count(*)::int AS stored FROM pilot.pilot_contact_attempt_events'),
      );
      t.same(rows, [{ stored: 1 }]);
    },
  );
}

t.test('a lost connection while only reading is plainly unavailable', async (t) => {
  const { service, line } = await startOnCuttableLine(t);
  const query = `pilot_cycle_id=cycle-a&org_id=${service.orgA}`;
  t.equal((await service.owner.get(`/metrics/scorecard?${query}`)).status, 404);
  line.cut();
  unavailable(t, await service.owner.get(`/metrics/scorecard?${query}`), 'a read');
});

t.test(
  'when too many wait for the same table, the rest is turned away at once and the others are served',
  async (t) => {
    const service = await startTestService(t);
    const decision = {
      decision: 'blocked',
      decision_date: '2026-03-01',
      redline_checklist_version: 'v1',
      violations: [],
      compensating_controls: [],
      owners: ['somebody'],
    };
    const [atATime, waiting, tooMany] = [2, 20, 8];
    await service.asSuperuser(async (client) => {
      await client.query('BEGIN; LOCK TABLE pilot.app_admins');
      const turnedAway: Answer[] = [];
      const enough = Promise.withResolvers<void>();
      const answers = Array.from({ length: atATime + waiting + tooMany }, async () => {
        const answer = await service.appAdmin.post('/integration-feasibility', decision);
        if (answer.status === 503) turnedAway.push(answer);
        if (turnedAway.length === tooMany) enough.resolve();
        return answer;
      });
      await enough.promise;
      await client.query('ROLLBACK');
      for (const answer of turnedAway) unavailable(t, answer, 'turned away');
      const created = (await Promise.all(answers)).filter(({ status }) => status === 201);
      t.equal(created.length, atATime + waiting);
    });
    t.same(opened(service), []);
  },
);
