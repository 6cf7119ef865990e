import { randomUUID } from 'node:crypto';
import t from 'tap';
import {
  at,
  contactAttemptBody,
  countRows,
  eventKinds,
  later,
  referralBody,
  storedRows,
} from '../../support/events.ts';
import { cycle, service, startTestService } from '../../support/service.ts';
import { inBatch, sendBatch, statusesOf } from './support/batches.ts';

const s = await startTestService(t);
const { owner, orgA } = s;

t.test('events of all kinds are recorded, and each has its result in its place', async (t) => {
  const events = [];
  for (const kind of eventKinds)
    events.push(inBatch(kind.name, { id: randomUUID(), ...(await kind.body(s)) }));
  const { status, body } = await sendBatch(owner, events);
  t.equal(status, 200);
  t.same(
    body.results.map(({ recorded_at, ...rest }: { recorded_at: string }) => {
      t.match(recorded_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      return rest;
    }),
    events.map(({ id }, index) => ({ index, id, status: 'created' })),
  );
  for (const [index, kind] of eventKinds.entries())
    t.equal((await storedRows(s, kind.table, String(events[index]?.id))).length, 1, kind.name);
  t.same(statusesOf(await sendBatch(owner, events)), Array(6).fill('replayed'), 'sent again');
});

t.test('what is stored by a batch is what single requests would store', async (t) => {
  for (const kind of eventKinds) {
    const body = await kind.body(s);
    const [one, other] = [randomUUID(), randomUUID()];
    await owner.post(kind.path, { id: one, ...body });
    await sendBatch(owner, [inBatch(kind.name, { id: other, ...body })]);
    const content = async (id: string) => {
      const [{ id: _id, recorded_at: _recordedAt, ...row } = {}] = await storedRows(s, kind.table, id);
      return row;
    };
    t.same(await content(other), await content(one), kind.name);
  }
});

const connectionTo = (anchor: Record<string, unknown>) =>
  inBatch('connection', {
    id: randomUUID(),
    pilot_cycle_id: cycle,
    org_id: orgA,
    service_id: service,
    connected_at: later,
    ...anchor,
  });
const update = (referral_id: string, more: Record<string, unknown> = {}) =>
  inBatch('referral-update', {
    referral_id,
    source_org_id: orgA,
    referral_state: 'failed',
    updated_at: later,
    terminal_at: later,
    ...more,
  });

t.test('later events build on earlier ones, and not the other way round', async (t) => {
  const [attempt, referral] = [randomUUID(), randomUUID()];
  const events = [
    connectionTo({ contact_attempt_event_id: attempt }),
    inBatch('contact-attempt', contactAttemptBody(orgA, { id: attempt })),
    connectionTo({ contact_attempt_event_id: attempt }),
    update(referral),
    connectionTo({ referral_event_id: referral }),
    inBatch('referral', referralBody(orgA, { id: referral })),
    update(referral),
    connectionTo({ referral_event_id: referral }),
    update(referral, { updated_at: '2026-03-02T17:00:00Z', referral_state: 'connected' }),
    update(referral),
  ];
  const answer = await sendBatch(owner, events);
  t.same(statusesOf(answer), [
    'unknown-reference',
    'created',
    'created',
    'not-found',
    'unknown-reference',
    'created',
    'updated',
    'created',
    'updated',
    'replayed',
  ]);
  t.same(
    answer.body.results.map(({ id }: { id: string }) => id),
    events.map(({ id, referral_id }) => id ?? referral_id),
    'an update has the id of its referral',
  );
  const [stored] = await storedRows(s, 'pilot_referral_events', referral);
  t.equal(stored?.referral_state, 'connected', 'the last update counts');
});

t.test('of events with one id the first is stored, whatever the others say', async (t) => {
  const id = randomUUID();
  const attempt = (more = {}) => inBatch('contact-attempt', contactAttemptBody(orgA, { id, ...more }));
  const answer = await sendBatch(owner, [
    attempt({ attempt_outcome: 'connected' }),
    attempt(),
    attempt({ attempt_outcome: 'connected', id: id.toUpperCase() }),
    inBatch('referral', referralBody(orgA, { id })),
    attempt({ recorded_by_org_id: s.orgB }),
  ]);
  t.same(statusesOf(answer), ['created', 'id-conflict', 'replayed', 'created', 'forbidden']);
  const [row, ...more] = await storedRows(s, 'pilot_contact_attempt_events', id);
  t.match([row, more], [{ attempt_outcome: 'connected' }, []]);
});

t.test('the order holds over the whole batch, and for a hundred that touch the same thing', async (t) => {
  const [referral, attempt] = [randomUUID(), randomUUID()];
  const time = (i: number) => new Date(Date.parse(later) + i * 1000).toISOString();
  const updates = Array.from({ length: 110 }, (_, i) => update(referral, { updated_at: time(i) }));
  const answer = await sendBatch(owner, [
    inBatch('referral', referralBody(orgA, { id: referral })),
    ...updates,
    ...Array.from({ length: 110 }, () => connectionTo({ contact_attempt_event_id: attempt })),
    inBatch('contact-attempt', contactAttemptBody(orgA, { id: attempt, attempted_at: at })),
  ]);
  t.same(statusesOf(answer), [
    'created',
    ...Array(110).fill('updated'),
    ...Array(110).fill('unknown-reference'),
    'created',
  ]);
});

t.test('a thousand events are stored, and sent again they change nothing', async (t) => {
  const events = Array.from({ length: 1000 }, () =>
    inBatch('preference-fit', {
      id: randomUUID(),
      pilot_cycle_id: cycle,
      org_id: orgA,
      cohort_label: 'youth',
      recorded_at: at,
      preferred_via_careconnect: true,
    }),
  );
  const before = await countRows(s, 'pilot_preference_fit_events');
  const first = await sendBatch(owner, events);
  t.same(new Set(statusesOf(first)), new Set(['created']));
  const again = await sendBatch(owner, events);
  t.same(new Set(statusesOf(again)), new Set(['replayed']));
  t.same(
    again.body.results.map(({ recorded_at }: { recorded_at: string }) => recorded_at),
    first.body.results.map(({ recorded_at }: { recorded_at: string }) => recorded_at),
  );
  t.equal(await countRows(s, 'pilot_preference_fit_events'), before + 1000);
});
