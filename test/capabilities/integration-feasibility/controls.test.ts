import t from 'tap';
import { serviceVersion } from '../../../src/version.ts';
import { errorsOf, statusCounts } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';
import { complete, control } from './support/bodies.ts';

/** /integration-feasibility/controls; what all governance records have in common is tested with the approvals. */
const s = await startTestService(t);
const path = '/integration-feasibility/controls';
const put = (id: string, body: unknown) => s.appAdmin.put(`${path}/${id}`, body);
const read = async () => (await s.viewer.get(path)).body.items;
const readOne = async (id: string) => (await read()).find((item: { id: string }) => item.id === id);

t.test('a control is recorded, completed and repeated, and its history says who and when', async (t) => {
  const created = await put('C1', control());
  t.match(created, { status: 201, body: { id: 'C1', status: 'created' } });
  const updated = await put('C1', complete({ expected_revision: 1 }));
  t.match(updated, { status: 200, body: { status: 'updated' } });
  t.strictSame((await put('C1', complete())).body, { ...updated.body, status: 'replayed' });
  t.equal((await put('C1', control({ expected_revision: 1 }))).status, 409, 'it was changed meanwhile');

  const { items } = (await s.viewer.get(`${path}/C1/history`)).body;
  const stamp = { recorded_by: s.appAdmin.userId, service_version: serviceVersion };
  t.strictSame(items, [
    {
      id: 'C1',
      ...complete(),
      is_overdue: false,
      revision: 2,
      recorded_at: updated.body.recorded_at,
      ...stamp,
    },
    {
      id: 'C1',
      ...control(),
      evidence_reference: null,
      is_overdue: false,
      revision: 1,
      recorded_at: created.body.recorded_at,
      ...stamp,
    },
  ]);
  t.strictSame(await read(), [items[0]]);
});

t.test('a complete control may be opened again, and its history stays', async (t) => {
  await put('C2', complete());
  t.equal((await put('C2', control())).status, 200);
  t.match(await readOne('C2'), { status: 'pending', evidence_reference: null, revision: 2 });
  const { items } = (await s.viewer.get(`${path}/C2/history`)).body;
  t.equal(items.at(-1).evidence_reference, 'legal-review-2026-03');
});

t.test('whatever changes of a control is a revision', async (t) => {
  await put('C8', complete());
  for (const more of [
    { owner: 'another' },
    { due_date: '2026-03-20' },
    { evidence_reference: 'legal-review-2026-04' },
    { status: 'pending', evidence_reference: undefined },
  ]) {
    await put('C8', complete());
    t.match(await put('C8', complete(more)), { status: 200, body: { status: 'updated' } });
  }
});

t.test('two people who change the same control at once do it one after the other', async (t) => {
  await put('C3', control());
  const owners = Array.from({ length: 8 }, (_, index) => `owner-${index}`);
  const seen = await Promise.all(owners.map((owner) => put('C3', control({ owner, expected_revision: 1 }))));
  t.same(statusCounts(seen), { 200: 1, 409: 7 });
});

t.test('evidence is there exactly when a control is complete', async (t) => {
  for (const body of [control({ status: 'complete' }), control({ evidence_reference: 'not-yet' })]) {
    const answer = await put('C4', body);
    t.equal(answer.status, 400);
    t.strictSame(errorsOf(answer), ['evidence_reference exactly_when_complete']);
  }
  for (const [more, error] of [
    [{ owner: 'ann@example.org' }, 'owner no_contact_details'],
    [{ evidence_reference: 'Call 613-555-0134' }, 'evidence_reference no_contact_details'],
    [{ evidence_reference: 'x'.repeat(301) }, 'evidence_reference too_big'],
    [{ due_date: '2026-02-30' }, 'due_date invalid_format'],
    [{ due_date: undefined }, 'due_date required'],
    [{ owner: undefined }, 'owner required'],
    [{ status: 'open' }, 'status invalid_value'],
    [{ is_overdue: false }, '(unknown field) unknown_field'],
  ] as const) {
    const answer = await put('C4', complete(more));
    t.equal(answer.status, 400);
    t.strictSame(errorsOf(answer), [error]);
  }
  t.equal(await readOne('C4'), undefined);
  t.notMatch(s.log(), '555-0134');
});

t.test('a code has 1 to 20 characters, and small letters mean the same control', async (t) => {
  t.equal((await put('retention-map', complete())).status, 201);
  t.match(await put('Retention-Map', complete()), { status: 200, body: { id: 'RETENTION-MAP' } });
  t.equal((await s.viewer.get(`${path}/retention-map/history`)).body.items.length, 1);
  for (const id of ['c'.repeat(21), 'has%20spaces', '613-555-0134', '-']) {
    t.equal((await put(id, complete())).status, 400, id);
  }
  t.equal((await put('C'.repeat(20), complete())).status, 201);
});

t.test('a pending control is overdue from the day after it was due', async (t) => {
  const day = (inDays: number) => new Date(Date.now() + inDays * 86_400_000).toISOString().slice(0, 10);
  for (const [inDays, is_overdue] of [
    [-1, true],
    [1, false],
  ] as const) {
    await put('C5', control({ due_date: day(inDays) }));
    t.match(await readOne('C5'), { is_overdue });
  }
  await put('C5', complete({ due_date: day(-1) }));
  t.match(await readOne('C5'), { is_overdue: false }, 'what is complete is not');
});

t.test('a revision in the history was overdue when its day passed while it held', async (t) => {
  await s.asSuperuser((client) =>
    client.query(`
      INSERT INTO pilot.integration_controls
        (id, revision, owner, due_date, status, evidence_reference, recorded_at, recorded_by, service_version)
      VALUES
        ('C6', 1, 'x', '2026-03-01', 'pending', NULL, '2026-02-01Z', gen_random_uuid(), 'test'),
        ('C6', 2, 'x', '2026-03-20', 'pending', NULL, '2026-03-02T00:00:00Z', gen_random_uuid(), 'test'),
        ('C6', 3, 'x', '2026-03-20', 'complete', 'x', '2026-03-20T23:59:59Z', gen_random_uuid(), 'test')`),
  );
  for (const query of ['', '?cursor=3']) {
    const { items } = (await s.viewer.get(`${path}/C6/history${query}`)).body;
    t.strictSame(
      items.map(({ revision, is_overdue }: Record<string, unknown>) => [revision, is_overdue]).slice(-2),
      [
        [2, false],
        [1, true],
      ],
    );
  }
});

t.test('the history is append-only for the role of the service', async (t) => {
  const as = `SET pilot.user_id = '${s.appAdmin.userId}'; SET ROLE pilot_app`;
  for (const change of [
    "UPDATE pilot.integration_controls SET owner = 'x'",
    'DELETE FROM pilot.integration_controls',
  ]) {
    await s.asSuperuser(async (client) => {
      await client.query(as);
      await t.rejects(client.query(change), { code: '42501' }, change);
    });
  }
});

t.test('only app admins write, everybody who takes part reads, and nobody else', async (t) => {
  for (const caller of [s.owner, s.admin, s.editor, s.viewer, s.stranger]) {
    t.equal((await caller.put(`${path}/C7`, complete())).status, 403);
  }
  for (const caller of [s.owner, s.viewer, s.ownerB, s.appAdmin]) {
    t.equal((await caller.get(path)).status, 200);
    t.equal((await caller.get(`${path}/C1/history`)).status, 200);
  }
  for (const where of [path, `${path}/C1/history`, `${path}/C7/history`])
    t.equal((await s.stranger.get(where)).status, 403);
  t.equal((await s.viewer.get(`${path}/C7/history`)).status, 404, 'refused writes left nothing');
});
