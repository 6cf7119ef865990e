import { randomUUID } from 'node:crypto';
import t from 'tap';
import {
  contactAttemptBody,
  countRows,
  errorsOf,
  eventKinds,
  later,
  referralBody,
} from '../../support/events.ts';
import { type Answer, cycle, service, startTestService } from '../../support/service.ts';
import { batchPath, inBatch, sendBatch, statusesOf } from './support/batches.ts';

const s = await startTestService(t);
type Body = Record<string, unknown>;

const attempt = (more: Body = {}) =>
  inBatch('contact-attempt', contactAttemptBody(s.orgA, { id: randomUUID(), ...more }));
/** What the problem of one event says is wrong, each as "path code". */
const errorsIn = (answer: Answer, index = 0) =>
  errorsOf({ ...answer, body: answer.body.results[index].problem });

t.test('one bad event never costs another', async (t) => {
  const bad: unknown[] = [
    5,
    null,
    {},
    attempt({ notes: 'parrot' }),
    attempt({ recorded_by_org_id: s.orgB }),
    attempt({ recorded_by_org_id: randomUUID() }),
    attempt({ pilot_cycle_id: 'nope' }),
    attempt({ x: 'y'.repeat(64 * 1024) }),
    { ...attempt(), kind: 'parrot' },
  ];
  const good = bad.map(() => attempt());
  const before = await countRows(s, 'pilot_contact_attempt_events');
  const answer = await sendBatch(s.owner, [...bad.flatMap((event, i) => [event, good[i]])]);
  const codes = [
    'invalid-request',
    'invalid-request',
    'invalid-request',
    'privacy-key',
    'forbidden',
    'forbidden',
    'unknown-reference',
    'body-too-large',
    'invalid-request',
  ];
  t.same(
    statusesOf(answer),
    codes.flatMap((code) => [code, 'created']),
  );
  t.equal(await countRows(s, 'pilot_contact_attempt_events'), before + good.length);
  t.notMatch(answer.text + s.log(), 'parrot');
});

t.test('an event without an id is rejected, because it could not be sent again', async (t) => {
  for (const kind of eventKinds) {
    const answer = await sendBatch(s.owner, [inBatch(kind.name, await kind.body(s))]);
    t.same(statusesOf(answer), ['invalid-request'], kind.name);
    t.same(errorsIn(answer), ['id required'], kind.name);
  }
  const update = { source_org_id: s.orgA, referral_state: 'failed', updated_at: later, terminal_at: later };
  const nameless = await sendBatch(s.owner, [inBatch('referral-update', update)]);
  t.same(errorsIn(nameless), ['referral_id required']);
});

t.test('an event has to name one of the kinds', async (t) => {
  const kindless = { ...attempt(), kind: undefined };
  const strange = [
    'parrot',
    '',
    'Referral',
    'constructor',
    'toString',
    '__proto__',
    'batch',
    1,
    null,
    ['referral'],
  ];
  const answer = await sendBatch(s.owner, [kindless, ...strange.map((kind) => ({ ...attempt(), kind }))]);
  t.same(errorsIn(answer, 0), ['kind required']);
  for (const [index, kind] of strange.entries()) {
    t.same(errorsIn(answer, index + 1), ['kind invalid_value'], String(kind));
  }
  t.match(
    answer.body.results[1].problem.errors[0].message,
    'contact-attempt, connection, referral, referral-update, service-status, data-decay-audit, preference-fit',
  );
  const twice = `{"kind":"referral",${JSON.stringify(attempt()).slice(1)}`;
  const named = await s.owner.post(batchPath, `{"events":[${twice}]}`);
  t.same(errorsIn(named), ['(whole) duplicate_key']);
});

t.test('the id of a rejected event is told where it is one, and else null', async (t) => {
  const id = '0190A6F0-5C1E-7C3A-9D5E-2F4B6A8C0E12';
  const events = [
    attempt({ id, notes: 1 }),
    { id, kind: 'parrot' },
    { kind: 'referral-update', referral_id: id },
    attempt({ id: 'parrot' }),
    attempt({ id: 5 }),
    attempt({ id: [id] }),
    [{ id }],
    null,
  ];
  const ids = ({ body }: Answer) => body.results.map(({ id }: { id: unknown }) => id);
  const known = Array(3).fill(id.toLowerCase());
  t.same(ids(await sendBatch(s.owner, events)), [...known, null, null, null, null, null]);
  const twice = `{"events":[{"id":"${randomUUID()}","id":"${id}"}]}`;
  t.same(ids(await s.owner.post(batchPath, twice)), [null], 'of two ids, which one is meant?');
});

t.test('what others have is rejected like what nobody has', async (t) => {
  const [anchor, named] = [randomUUID(), randomUUID()];
  await s.ownerB.post('/events/contact-attempt', contactAttemptBody(s.orgB, { id: anchor }));
  await s.ownerB.post('/events/referral', referralBody(s.orgB, { id: anchor }));
  const about = (id: string, org: string) => [
    attempt({ id, recorded_by_org_id: org }),
    inBatch('connection', {
      id: named,
      pilot_cycle_id: cycle,
      org_id: s.orgA,
      service_id: service,
      connected_at: later,
      contact_attempt_event_id: id,
    }),
    inBatch('referral-update', {
      referral_id: id,
      source_org_id: s.orgA,
      referral_state: 'failed',
      updated_at: later,
      terminal_at: later,
    }),
  ];
  const headers = { 'x-request-id': randomUUID() };
  const answer = async (id: string, org: string) => {
    const { text, ...rest } = await sendBatch(s.owner, about(id, org), { headers });
    t.same(statusesOf({ text, ...rest }), ['forbidden', 'unknown-reference', 'not-found']);
    return text.replaceAll(id, '(id)');
  };
  t.equal(await answer(anchor, s.orgB), await answer(randomUUID(), randomUUID()));
});
