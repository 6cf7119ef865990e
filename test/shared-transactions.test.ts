import { randomUUID } from 'node:crypto';
import t from 'tap';
import { contactAttemptBody, referralBody, statusCounts } from './support/events.ts';
import { meeting } from './support/meeting.ts';
import { type Answer, type Caller, startTestService } from './support/service.ts';

/** Events that arrive together share a transaction, and nothing else: not their callers, their faults or their answers. */
const service = await startTestService(t, { config: { statementTimeoutMs: 10_000 } });
const { orgA, orgB, owner, editor, viewer, ownerB, appAdmin, stranger } = service;
const table = 'pilot_contact_attempt_events';

interface Sent {
  caller: Caller;
  body: Record<string, unknown>;
}

const attemptOf = (orgId: string, caller: Caller, more = {}): Sent => ({
  caller,
  body: contactAttemptBody(orgId, { id: randomUUID(), ...more }),
});
const sendAll = (all: readonly Sent[]): Promise<Answer[]> =>
  Promise.all(all.map(({ caller, body }) => caller.post('/events/contact-attempt', body)));
const together = (all: readonly Sent[]) => meeting(service, table, 1, () => sendAll(all));
const many = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => make(index));

/** Of the events with these ids: the organisation of each that is stored, and how many transactions stored them. */
async function storedOf(all: readonly Sent[]) {
  const sql = `SELECT id, recorded_by_org_id, xmin FROM pilot.${table} WHERE id = ANY ($1)`;
  const ids = all.map(({ body }) => body.id);
  const { rows } = await service.asSuperuser((client) => client.query(sql, [ids]));
  const orgs = new Map(rows.map((row) => [row.id, row.recorded_by_org_id]));
  return { orgs, transactions: new Set(rows.map((row) => row.xmin)).size };
}

/** What a trigger does to the rows whose time is this; nothing to all others. */
const marked = '2026-03-03T03:03:03.000Z';
async function withTrigger<Result>(body: string, work: () => Promise<Result>): Promise<Result> {
  await service.asSuperuser((client) =>
    client.query(`
      CREATE SEQUENCE pilot.tries;
      GRANT USAGE ON SEQUENCE pilot.tries TO pilot_app;
      CREATE FUNCTION pilot.fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body}; RETURN NEW; END $$;
      CREATE TRIGGER fault BEFORE INSERT ON pilot.${table}
        FOR EACH ROW WHEN (NEW.attempted_at = '${marked}') EXECUTE FUNCTION pilot.fault()`),
  );
  try {
    return await work();
  } finally {
    await service.asSuperuser((client) =>
      client.query('DROP FUNCTION pilot.fault CASCADE; DROP SEQUENCE pilot.tries'),
    );
  }
}

t.test('forty events that arrive together share transactions, and each is answered', async (t) => {
  const sent = many(40, () => attemptOf(orgA, owner));
  const answers = await together(sent);
  t.same(statusCounts(answers), { 201: 40 });
  t.same(
    answers.map(({ body }) => body.id),
    sent.map(({ body }) => body.id),
    'everyone hears of their own',
  );
  const { orgs, transactions } = await storedOf(sent);
  t.equal(orgs.size, 40);
  t.ok(transactions < 40, `${transactions} transactions`);
});

t.test('in one transaction everyone has their own rights, and no more', async (t) => {
  const callers = [owner, editor, viewer, ownerB, appAdmin, stranger];
  const sent = many(48, (index) => {
    const caller = callers[index % callers.length] ?? owner;
    return attemptOf(index % 4 < 2 ? orgA : orgB, caller);
  });
  const mayWrite = ({ caller, body }: Sent) =>
    caller === appAdmin || (body.recorded_by_org_id === orgA ? [owner, editor] : [ownerB]).includes(caller);
  const answers = await together(sent);
  t.same(
    answers.map(({ status }) => status),
    sent.map((one) => (mayWrite(one) ? 201 : 403)),
  );
  const { orgs, transactions } = await storedOf(sent);
  const expected = sent.filter(mayWrite).map(({ body }) => [body.id, body.recorded_by_org_id]);
  t.same(Object.fromEntries(orgs), Object.fromEntries(expected));
  t.ok(transactions < orgs.size, 'although they shared transactions');
});

t.test('every row is checked by row-level security under its own caller', async (t) => {
  // Permission by our own reading is out of the way, so the policies alone stand between the callers and the table.
  const policy = (condition: string) => `
    ALTER POLICY app_insert ON pilot.${table} WITH CHECK (${condition})`;
  const real = `recorded_by_org_id = ANY ((SELECT pilot.writer_org_ids())::uuid[]) OR (SELECT pilot.is_app_admin())`;
  const notOwner = `pilot.current_user_id() <> '${owner.userId}'`;
  const sent = many(40, (index) => attemptOf(orgA, index % 2 ? owner : editor));
  await service.asSuperuser((client) => client.query(policy(`(${real}) AND ${notOwner}`)));
  const answers = await together(sent);
  await service.asSuperuser((client) => client.query(policy(real)));
  t.same(
    answers.map(({ status }) => status),
    sent.map(({ caller }) => (caller === owner ? 500 : 201)),
  );
  const { orgs } = await storedOf(sent);
  t.equal(orgs.size, 20, 'those of the refused caller are not stored, those of the other are');
});

t.test('a row that the database refuses fails alone', async (t) => {
  const sent = many(30, (index) => attemptOf(orgA, owner, index === 7 ? { attempted_at: marked } : {}));
  const answers = await withTrigger("RAISE 'ill' USING ERRCODE = '23514'", () => together(sent));
  t.same(
    answers.map(({ status }) => status),
    sent.map((_, index) => (index === 7 ? 500 : 201)),
  );
  const { orgs } = await storedOf(sent);
  t.equal(orgs.size, 29);
  t.notOk(orgs.has(sent[7]?.body.id));
});

t.test('what is wrong with one event is said of that one', async (t) => {
  const known = attemptOf(orgA, owner);
  await sendAll([known]);
  const sent = [
    ...many(20, () => attemptOf(orgA, owner)),
    attemptOf(orgA, owner, { pilot_cycle_id: 'no-such-cycle' }),
    attemptOf(orgA, owner, { service_id: 'no-such-service' }),
    known,
    { caller: owner, body: { ...known.body, attempt_outcome: 'connected' } },
    attemptOf(randomUUID(), owner),
  ];
  const answers = await together(sent);
  t.same(
    answers.map(({ status }) => status),
    [...many(20, () => 201), 422, 422, 200, 409, 403],
  );
  t.same(answers[20]?.body.errors[0].path, 'pilot_cycle_id');
  t.same(answers[21]?.body.errors[0].path, 'service_id');
});

t.test('after a deadlock the members of the transaction go one by one', async (t) => {
  const sent = many(30, () => attemptOf(orgA, owner, { attempted_at: marked }));
  const once = "IF nextval('pilot.tries') <= 2 THEN RAISE 'ill' USING ERRCODE = '40P01'; END IF";
  const answers = await withTrigger(once, () => together(sent));
  t.same(statusCounts(answers), { 201: 30 });
  const { orgs, transactions } = await storedOf(sent);
  t.equal(orgs.size, 30);
  t.ok(transactions > 2, `${transactions} transactions`);
});

t.test('a transaction that fails is one failure for the breaker, however many wait for it', async (t) => {
  const openings = () => service.log().split('"breaker_opened"').length - 1;
  const before = openings();
  const sent = many(40, () => attemptOf(orgA, owner, { attempted_at: marked }));
  const answers = await withTrigger("RAISE 'ill' USING ERRCODE = '58030'", () => together(sent));
  t.same(statusCounts(answers), { 503: 40 });
  t.equal(openings(), before, 'five in a row would open it');
  const { orgs } = await storedOf(sent);
  t.equal(orgs.size, 0);
  t.same(statusCounts(await sendAll([attemptOf(orgA, owner)])), { 201: 1 });
});

t.test(
  'of equal ids in one transaction the first one counts, for referrals with their history',
  async (t) => {
    const body = referralBody(orgA, { id: randomUUID() });
    const answers = await meeting(service, 'pilot_referral_events', 1, () =>
      Promise.all(many(20, () => owner.post('/events/referral', body))),
    );
    t.same(statusCounts(answers), { 200: 19, 201: 1 });
    const sql =
      'SELECT count(*)::integer AS count FROM pilot.pilot_referral_event_history WHERE referral_id = $1';
    const { rows } = await service.asSuperuser((client) => client.query(sql, [body.id]));
    t.same(rows, [{ count: 1 }]);
  },
);
