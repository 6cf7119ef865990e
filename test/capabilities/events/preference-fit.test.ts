import { randomUUID } from 'node:crypto';
import t from 'tap';
import { at, errorsOf, storedRows } from '../../support/events.ts';
import { cycle, startTestService } from '../../support/service.ts';

const s = await startTestService(t);
const table = 'pilot_preference_fit_events';
const send = (more: Record<string, unknown>) =>
  s.owner.post('/events/preference-fit', {
    pilot_cycle_id: cycle,
    org_id: s.orgA,
    cohort_label: 'youth',
    recorded_at: at,
    preferred_via_careconnect: true,
    ...more,
  });

t.test('recorded_at of the body is the time of the event, of the answer its arrival', async (t) => {
  const before = Date.now();
  const answer = await send({});
  t.equal(answer.status, 201);
  t.not(answer.body.recorded_at, at);
  t.ok(Date.parse(answer.body.recorded_at) >= before - 60_000, 'it arrived now');
  const [row] = await storedRows(s, table, answer.body.id);
  t.strictSame(row?.preference_recorded_at, new Date(at));
  t.strictSame(row?.recorded_at, new Date(answer.body.recorded_at));
});

t.test(
  'a cohort label is a word that need not be registered, and a UUID is one in any letter case',
  async (t) => {
    const id = randomUUID();
    const label = randomUUID();
    t.equal((await send({ id, cohort_label: label.toUpperCase() })).status, 201);
    t.equal((await send({ id, cohort_label: label })).status, 200);
    t.equal((await storedRows(s, table, id))[0]?.cohort_label, label);
    t.equal(
      (await send({ id: randomUUID(), cohort_label: 'Youth' })).status,
      201,
      'other letters keep their case',
    );
  },
);

t.test('the preference is a boolean and nothing like one', async (t) => {
  for (const value of [true, false]) {
    t.equal((await send({ preferred_via_careconnect: value })).status, 201, `${value}`);
  }
  for (const value of ['true', 1, 0, null, '', []]) {
    const answer = await send({ preferred_via_careconnect: value });
    t.equal(answer.status, 400, JSON.stringify(value));
    t.strictSame(errorsOf(answer), ['preferred_via_careconnect invalid_type']);
  }
});
