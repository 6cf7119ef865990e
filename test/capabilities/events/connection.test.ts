import { randomUUID } from 'node:crypto';
import t from 'tap';
import {
  at,
  contactAttemptBody,
  countRows,
  errorsOf,
  later,
  referralBody,
  storedRows,
} from '../../support/events.ts';
import { cycle, otherCycle, otherService, service, startTestService } from '../../support/service.ts';

type Body = Record<string, unknown>;

const s = await startTestService(t);
const table = 'pilot_connection_events';

async function attempt(more: Body = {}): Promise<string> {
  return (await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA, more))).body.id;
}
async function referral(more: Body = {}): Promise<string> {
  return (await s.owner.post('/events/referral', referralBody(s.orgA, more))).body.id;
}
const send = (more: Body) =>
  s.owner.post('/events/connection', {
    pilot_cycle_id: cycle,
    org_id: s.orgA,
    service_id: service,
    connected_at: later,
    ...more,
  });

const anchors = [
  { field: 'contact_attempt_event_id', make: attempt, timeField: 'attempted_at' },
  { field: 'referral_event_id', make: referral, timeField: 'created_at' },
] as const;

for (const { field, make, timeField } of anchors) {
  t.test(`${field} anchors a connection`, async (t) => {
    const anchor = await make();
    const answer = await send({ [field]: anchor });
    t.equal(answer.status, 201);
    const [row] = await storedRows(s, table, answer.body.id);
    t.equal(row?.[field], anchor);
  });

  t.test(`${field}: two connections may share an anchor, and its service may be another`, async (t) => {
    const anchor = await make();
    t.equal((await send({ [field]: anchor })).status, 201);
    t.equal((await send({ [field]: anchor, service_id: otherService })).status, 201);
  });

  t.test(`${field}: a connection may be at the very moment of its anchor but not before`, async (t) => {
    const anchor = await make({ [timeField]: at });
    const before = await countRows(s, table);
    const early = await send({ [field]: anchor, connected_at: '2026-03-02T14:59:59.999Z' });
    t.equal(early.status, 422);
    t.strictSame(errorsOf(early), ['connected_at before_anchor']);
    t.equal(await countRows(s, table), before);
    t.equal((await send({ [field]: anchor, connected_at: '2026-03-02T10:00:00.0009-05:00' })).status, 201);
  });

  t.test(
    `${field}: one that this organisation and cycle do not have is 422, and nobody's looks alike`,
    async (t) => {
      const headers = { 'x-request-id': randomUUID() };
      const ofB =
        field === 'referral_event_id'
          ? await s.ownerB.post('/events/referral', referralBody(s.orgB))
          : await s.ownerB.post('/events/contact-attempt', contactAttemptBody(s.orgB));
      t.equal(ofB.status, 201);
      const ofOtherCycle = await make({ pilot_cycle_id: otherCycle });
      const otherKind = await (field === 'referral_event_id' ? attempt() : referral());
      const before = await countRows(s, table);
      const texts = new Set<string>();
      for (const anchor of [randomUUID(), ofB.body.id, ofOtherCycle, otherKind]) {
        for (const who of ['owner', 'appAdmin'] as const) {
          const body = {
            pilot_cycle_id: cycle,
            org_id: s.orgA,
            service_id: service,
            connected_at: later,
            [field]: anchor,
          };
          const answer = await s[who].post('/events/connection', body, { headers });
          t.equal(answer.status, 422);
          t.strictSame(errorsOf(answer), [`${field} no_such_anchor`]);
          texts.add(answer.text);
        }
      }
      t.equal(texts.size, 1, 'the answers are byte-identical');
      t.equal(await countRows(s, table), before);
    },
  );
}

t.test('a connection has exactly one anchor', async (t) => {
  const before = await countRows(s, table);
  const both = { contact_attempt_event_id: await attempt(), referral_event_id: await referral() };
  for (const wrong of [both, {}]) {
    const answer = await send(wrong);
    t.equal(answer.status, 400);
    t.strictSame(errorsOf(answer), ['(whole) exactly_one_anchor']);
  }
  for (const value of [null, '', 'none', 1]) {
    t.equal((await send({ contact_attempt_event_id: value })).status, 400, `${value}`);
  }
  t.equal(await countRows(s, table), before);
});

t.test('an anchor of another kind is other content under the same id', async (t) => {
  const id = randomUUID();
  const first = { id, contact_attempt_event_id: await attempt() };
  t.equal((await send(first)).status, 201);
  t.equal((await send({ id, referral_event_id: await referral() })).status, 409);
  t.equal((await send({ id, contact_attempt_event_id: await attempt() })).status, 409);
  const upperCase = { ...first, contact_attempt_event_id: first.contact_attempt_event_id.toUpperCase() };
  t.equal((await send(upperCase)).status, 200);
});

t.test('a referral anchors from its creation, whatever its later state says', async (t) => {
  const anchor = await referral();
  const update = { source_org_id: s.orgA, referral_state: 'failed', updated_at: later, terminal_at: later };
  t.equal((await s.owner.patch(`/events/referral/${anchor}`, update)).status, 200);
  t.equal((await send({ referral_event_id: anchor, connected_at: at })).status, 201);
});
