import t from 'tap';
import { statusCounts } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';

/** What /gate-0/approvals has beside what all records have. */
const s = await startTestService(t);
const path = '/gate-0/approvals';
const approval = (more: Record<string, unknown> = {}) => ({
  choice: 'Reach a service at the first attempt',
  owner: 'governance-lead',
  decision_date: '2026-03-10',
  status: 'open',
  ...more,
});
const put = (id: string, body: unknown) => s.appAdmin.put(`${path}/${id}`, body);

t.test('a locked approval is changed only by unlocking it with a reason', async (t) => {
  await put('D2', approval({ status: 'locked' }));
  const other = { choice: 'Something else' };
  t.equal((await put('D2', approval({ ...other, status: 'locked' }))).status, 409);
  t.equal((await put('D2', approval(other))).status, 409);
  const unlocked = await put('D2', approval({ unlock_reason_code: 'new_evidence' }));
  t.match(unlocked, { status: 200, body: { status: 'updated' } });
  t.equal(
    (await put('D2', approval({ ...other, unlock_reason_code: 'new_evidence' }))).status,
    409,
    'it is open',
  );
  t.equal((await put('D2', approval({ ...other, status: 'locked' }))).status, 200);
  const { body } = await s.owner.get(`${path}/D2/history`);
  t.same(
    body.items.map(({ status, unlock_reason_code }: Record<string, unknown>) => [status, unlock_reason_code]),
    [
      ['locked', null],
      ['open', 'new_evidence'],
      ['locked', null],
    ],
  );
});

t.test('of those who lock an approval at once, one does, and the others find it locked', async (t) => {
  await put('D3', approval());
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      put('D3', approval({ choice: `Choice ${index}`, status: 'locked' })),
    ),
  );
  t.same(statusCounts(answers), { 200: 1, 409: 11 });
});

t.test('the partner range belongs to D4 alone, and is whole and in order', async (t) => {
  const range = { providers_min: 5, providers_max: 10, frontline_min: 2, frontline_max: 3 };
  t.equal((await put('D4', approval(range))).status, 201);
  t.match((await s.viewer.get(`${path}/D4/history`)).body.items, [range]);
  for (const [id, body, errors] of [
    ['D5', approval(range), [{ path: 'providers_min', code: 'only_for_d4' }]],
    ['D4', approval({ providers_min: 5 }), [{ path: 'providers_max', code: 'all_or_none' }]],
    ['D4', approval({ ...range, frontline_min: 4 }), [{ path: 'frontline_min', code: 'range_order' }]],
    ['D4', approval({ status: 'locked', unlock_reason_code: 'new_evidence' }), [{ code: 'only_when_open' }]],
  ] as const) {
    const answer = await put(id, body);
    t.match(answer, { status: 400, body: { errors } });
  }
});

t.test('there are seven approvals', async (t) => {
  for (const id of ['D0', 'D8', 'd1', 'D10']) t.equal((await put(id, approval())).status, 400, id);
  t.equal((await s.viewer.get(`${path}/D8/history`)).status, 400);
});
