import t from 'tap';
import { errorsOf } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';

/** What /gate-0/threat-findings has beside what all records have. */
const s = await startTestService(t);
const path = '/gate-0/threat-findings';
const finding = (more: Record<string, unknown> = {}) => ({
  severity: 'high',
  likelihood: 'medium',
  status: 'mitigating',
  mitigation: 'Encrypt what a device keeps offline',
  owner: 'security-lead',
  due_date: '2026-03-15',
  ...more,
});
const put = (id: string, body: unknown) => s.appAdmin.put(`${path}/${id}`, body);

t.test('a finding is answered with all that was recorded of it', async (t) => {
  t.equal((await put('lost-device', finding())).status, 201);
  const [item] = (await s.viewer.get(path)).body.items;
  t.match(item, { id: 'lost-device', ...finding() });
});

t.test('an unresolved finding is overdue from the day after its due date, in UTC', async (t) => {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const cases: [string, Record<string, unknown>, boolean][] = [
    ['yesterday', { due_date: day(-1) }, true],
    ['yesterday-open', { due_date: day(-1), status: 'open' }, true],
    ['yesterday-resolved', { due_date: day(-1), status: 'resolved' }, false],
    ['today', { due_date: day(0) }, false],
    ['tomorrow', { due_date: day(1) }, false],
    ['whenever', { due_date: undefined }, false],
  ];
  const begun = day(0);
  for (const [id, more] of cases) await put(id, finding(more));
  const { items } = (await s.viewer.get(path)).body;
  const histories = await Promise.all(cases.map(([id]) => s.viewer.get(`${path}/${id}/history`)));
  if (day(0) !== begun) return t.pass('midnight came in between');
  for (const [index, [id, , isOverdue]] of cases.entries()) {
    t.match(
      items.find((item: { id: string }) => item.id === id),
      { is_overdue: isOverdue },
      id,
    );
    t.match(histories[index]?.body.items, [{ is_overdue: isOverdue }], id);
  }
});

t.test('whether a finding is overdue is told and never taken', async (t) => {
  t.same(errorsOf(await put('told', finding({ is_overdue: false }))), ['(unknown field) unknown_field']);
});

t.test('a due date is a day of the calendar, from 2000 on', async (t) => {
  for (const due_date of ['1999-12-31', '2026-02-29', '2026-3-1', '2026-03-01T00:00:00Z', null]) {
    t.equal((await put('dated', finding({ due_date }))).status, 400);
  }
});
