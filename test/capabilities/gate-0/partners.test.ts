import { randomUUID } from 'node:crypto';
import t from 'tap';
import { countRows, errorsOf, statusCounts } from '../../support/events.ts';
import { cycle, otherCycle, startTestService } from '../../support/service.ts';

/** What /gate-0/partners has beside what all records have. */
const s = await startTestService(t);
const path = '/gate-0/partners';
const put = (id: string, body: unknown) => s.appAdmin.put(`${path}/${id}`, body);
const provider = (more: Record<string, unknown> = {}) => ({
  pilot_cycle_id: cycle,
  role: 'provider',
  name: 'A food bank',
  status: 'candidate',
  ...more,
});
const frontline = (more: Record<string, unknown> = {}) =>
  provider({ role: 'frontline', name: 'A street health centre', org_id: s.orgA, ...more });

t.test('a frontline partner is an organisation here, and a provider is a name', async (t) => {
  t.equal((await put('health', frontline({ org_id: s.orgA.toUpperCase() }))).status, 201);
  t.equal((await put('food', provider())).status, 201);
  const items = [
    { id: 'food', ...provider(), org_id: null },
    { id: 'health', ...frontline() },
  ];
  t.match((await s.viewer.get(path)).body, { items });
  t.same(errorsOf(await put('other', frontline({ org_id: undefined }))), ['org_id exactly_when_frontline']);
  t.same(errorsOf(await put('other', provider({ org_id: s.orgA }))), ['org_id exactly_when_frontline']);
});

t.test('the cycle and the organisation of a partner are registered', async (t) => {
  const unknown = { pilot_cycle_id: 'nope', org_id: randomUUID() };
  const answer = await put('unknown', frontline(unknown));
  t.match(answer, { status: 422, body: { type: /unknown-reference$/ } });
  t.same(errorsOf(answer), ['pilot_cycle_id not_registered', 'org_id not_registered']);
  t.notMatch(answer.text, unknown.org_id);
  t.same(errorsOf(await put('unknown', provider({ pilot_cycle_id: 'nope' }))), [
    'pilot_cycle_id not_registered',
  ]);
  t.same(errorsOf(await put('unknown', frontline({ org_id: unknown.org_id }))), ['org_id not_registered']);
});

t.test('a partner stays in its cycle', async (t) => {
  await put('staying', provider());
  const answer = await put('staying', provider({ pilot_cycle_id: otherCycle }));
  t.match(answer, { status: 409, body: { type: /state-conflict$/, detail: /another cycle/ } });
});

t.test(
  'an organisation is one frontline partner of a cycle at most, withdrawn ones not counted',
  async (t) => {
    const answer = await put('again', frontline());
    t.match(answer, {
      status: 409,
      body: { type: /state-conflict$/, detail: /already a frontline partner/ },
    });
    t.equal((await put('again', frontline({ status: 'withdrawn' }))).status, 201, 'a withdrawn one is none');
    t.equal((await put('elsewhere', frontline({ pilot_cycle_id: otherCycle }))).status, 201, 'another cycle');
    t.equal((await put('health', frontline({ status: 'confirmed' }))).status, 200, 'it may change itself');
    t.equal((await put('again', frontline())).status, 409);
    t.equal((await put('health', frontline({ status: 'withdrawn' }))).status, 200);
    t.equal((await put('again', frontline())).status, 200, 'its place is free');
    t.equal((await put('health', frontline())).status, 409, 'and taken again');
    t.equal((await put('again', provider())).status, 200);
    t.equal(
      (await put('health', frontline())).status,
      200,
      'a partner that became a provider leaves it, too',
    );
  },
);

t.test('of many who take the place of an organisation at once, one gets it', async (t) => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => put(`rush-${index}`, frontline({ org_id: s.orgB }))),
  );
  t.same(statusCounts(answers), { 201: 1, 409: 11 });
});

t.test(
  'of two refusals the permission comes first, then what is not registered, then the state',
  async (t) => {
    await put('ordered', provider());
    const before = await countRows(s, 'gate_0_partners');
    const unregistered = provider({ pilot_cycle_id: 'nope', expected_revision: 7 });
    for (const body of [
      unregistered,
      provider({ pilot_cycle_id: otherCycle }),
      frontline({ org_id: s.orgB }),
    ]) {
      t.equal((await s.owner.put(`${path}/ordered`, body)).status, 403);
    }
    t.equal((await put('ordered', unregistered)).status, 422);
    t.equal((await put('ordered', provider({ status: 'confirmed', expected_revision: 7 }))).status, 409);
    t.equal((await put('ordered', provider({ expected_revision: 7 }))).status, 200, 'a repeat is a repeat');
    t.equal(await countRows(s, 'gate_0_partners'), before);
  },
);
