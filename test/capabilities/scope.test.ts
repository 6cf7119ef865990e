import { randomUUID } from 'node:crypto';
import t from 'tap';
import { countRows, errorsOf, statusCounts, storedRows, visible } from '../support/events.ts';
import { cycle, otherCycle, otherService, service, startTestService } from '../support/service.ts';

/** POST /scope/services */
type Body = Record<string, unknown>;

const s = await startTestService(t);
const path = '/scope/services';
const table = 'pilot_service_scope';
const history = 'pilot_service_scope_history';
const tiers = ['crisis', 'high_demand', 'standard'];
const entry = (more: Body = {}): Body => ({
  pilot_cycle_id: cycle,
  org_id: s.orgA,
  service_id: service,
  sla_tier: 'standard',
  ...more,
});
const tiersOf = async (id: string) =>
  (await storedRows(s, history, id, 'scope_id')).map(({ sla_tier }) => sla_tier);

t.test('an entry is created, replayed, updated, and keeps its id and every tier', async (t) => {
  const created = await s.owner.post(path, entry());
  t.equal(created.status, 201);
  t.match(created.body, { id: /^[0-9a-f]{8}-[0-9a-f]{4}-7/, status: 'created', recorded_at: /Z$/ });
  const { id } = created.body;

  const replayed = await s.editor.post(path, entry({ org_id: s.orgA.toUpperCase() }));
  t.equal(replayed.status, 200);
  t.strictSame(replayed.body, { ...created.body, status: 'replayed' });
  t.strictSame(await tiersOf(id), ['standard'], 'a replay adds nothing');

  const updated = await s.owner.post(path, entry({ sla_tier: 'crisis' }));
  t.equal(updated.status, 200);
  t.match(updated.body, { id, status: 'updated' });

  const back = await s.owner.post(path, entry());
  t.match(back.body, { id, status: 'updated' }, 'an earlier tier is a change like any other');
  t.strictSame(await tiersOf(id), ['standard', 'crisis', 'standard']);
  t.match(await storedRows(s, table, id), [
    { sla_tier: 'standard', org_id: s.orgA, service_version: String },
  ]);
  t.equal(await countRows(s, table), 1);
});

t.test('another service, cycle or organisation has an entry of its own', async (t) => {
  const first = await s.owner.post(path, entry());
  const others = [
    await s.owner.post(path, entry({ service_id: otherService })),
    await s.owner.post(path, entry({ pilot_cycle_id: otherCycle })),
    await s.ownerB.post(path, entry({ org_id: s.orgB })),
  ];
  t.strictSame(statusCounts(others), { 201: 3 });
  t.equal(new Set([first, ...others].map(({ body }) => body.id)).size, 4);
});

t.test('first sends at the same time create one entry', async (t) => {
  const body = entry({ pilot_cycle_id: otherCycle, service_id: otherService });
  const answers = await Promise.all(Array.from({ length: 30 }, () => s.owner.post(path, body)));
  t.strictSame(statusCounts(answers), { 200: 29, 201: 1 });
  const ids = new Set(answers.map((answer) => answer.body.id));
  t.equal(ids.size, 1);
  const [id = ''] = ids;
  t.strictSame(await tiersOf(id), ['standard']);
});

t.test('different tiers at the same time leave one entry and a history without gaps', async (t) => {
  const bodies = Array.from({ length: 30 }, (_, i) =>
    entry({ org_id: s.orgB, service_id: otherService, sla_tier: tiers[i % 3] }),
  );
  const answers = await Promise.all(bodies.map((body) => s.ownerB.post(path, body)));
  t.strictSame(statusCounts(answers), { 200: 29, 201: 1 });
  const { id } = answers[0]?.body ?? {};
  const changes = answers.filter(({ body }) => body.status !== 'replayed').length;
  t.equal((await tiersOf(id)).length, changes, 'one history row per accepted change');
});

t.test('who may not write changes nothing', async (t) => {
  const before = await countRows(s, history);
  const headers = { 'x-request-id': randomUUID() };
  const foreign = await s.owner.post(path, entry({ org_id: s.orgB, sla_tier: 'crisis' }), { headers });
  t.equal(foreign.status, 403);
  for (const who of ['viewer', 'stranger', 'ownerB'] as const) {
    t.strictSame(
      visible(await s[who].post(path, entry({ sla_tier: 'crisis' }), { headers })),
      visible(foreign),
      who,
    );
  }
  const nobodys = await s.appAdmin.post(path, entry({ org_id: randomUUID() }), { headers });
  t.strictSame(visible(nobodys), visible(foreign), 'an organisation that does not exist, for an app admin');
  t.equal(await countRows(s, history), before);
});

for (const who of ['admin', 'editor', 'appAdmin'] as const) {
  t.test(`${who} may put services in scope`, async (t) => {
    t.equal((await s[who].post(path, entry())).status, 200);
  });
}

t.test('malformed entries are refused and name what is wrong', async (t) => {
  const before = [await countRows(s, table), await countRows(s, history)];
  const refused: [Body, string][] = [
    [{ sla_tier: 'urgent' }, 'sla_tier invalid_value'],
    [{ sla_tier: undefined }, 'sla_tier required'],
    [{ service_id: '613-555-0123' }, 'service_id few_digits'],
    [{ service_id: undefined }, 'service_id required'],
    [{ pilot_cycle_id: 'a b' }, 'pilot_cycle_id invalid_format'],
    [{ org_id: 'org-a' }, 'org_id invalid_format'],
    [{ id: randomUUID() }, '(unknown field) unknown_field'],
  ];
  for (const [more, error] of refused) {
    const answer = await s.owner.post(path, entry(more));
    t.equal(answer.status, 400, JSON.stringify(more));
    t.strictSame(errorsOf(answer), [error]);
  }
  const unregistered = await s.owner.post(path, entry({ pilot_cycle_id: 'nope', service_id: 'nope' }));
  t.equal(unregistered.status, 422);
  t.strictSame(errorsOf(unregistered), ['pilot_cycle_id not_registered', 'service_id not_registered']);
  t.strictSame([await countRows(s, table), await countRows(s, history)], before);
});

t.test('a missing table is named by a 501, and no half of an entry is kept', async (t) => {
  const other = await startTestService(t);
  await other.asSuperuser((client) => client.query(`DROP TABLE pilot.${history}`));
  const answer = await other.owner.post(path, entry({ org_id: other.orgA }));
  t.equal(answer.status, 501);
  t.match(answer.body.detail, `pilot.${history}`);
  t.equal(await countRows(other, table), 0);
});
