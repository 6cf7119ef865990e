import t from 'tap';
import { contactAttemptBody, errorsOf } from '../../support/events.ts';
import { cycle, otherCycle, startTestService } from '../../support/service.ts';

/** Organisations side by side; who may see them is tested with the other figures over a whole cycle. */
const s = await startTestService(t);
const window = { window_start: '2026-03-01T00:00:00.000Z', window_end: '2026-04-01T00:00:00.000Z' };
const read = (more: Record<string, string> = {}) =>
  s.appAdmin.get(`/metrics/organizations?${new URLSearchParams({ pilot_cycle_id: cycle, ...more })}`);

t.test(
  'every organisation is there by name, with the metrics of its own scorecard for exactly this window',
  async (t) => {
    await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA));
    const before = await read();
    t.equal(before.status, 200);
    t.strictSame(before.body, {
      pilot_cycle_id: cycle,
      window: { start: null, end: null },
      organizations: [
        { org_id: s.orgA, name: 'Organisation A', metrics: [] },
        { org_id: s.orgB, name: 'Organisation B', metrics: [] },
      ],
    });

    const ofA = { pilot_cycle_id: cycle, org_id: s.orgA };
    await s.owner.post('/metrics/recompute', ofA);
    await s.owner.post('/metrics/recompute', { ...ofA, ...window });
    await s.ownerB.post('/metrics/recompute', { ...ofA, org_id: s.orgB, ...window });
    const metricsOf = async (orgId: string, more: object) => {
      const query = new URLSearchParams({ pilot_cycle_id: cycle, org_id: orgId, ...more });
      return (await s.appAdmin.get(`/metrics/scorecard?${query}`)).body.metrics;
    };
    const [a, b] = (await read()).body.organizations;
    t.strictSame([a.metrics, b.metrics], [await metricsOf(s.orgA, {}), []]);
    const inWindow = (await read(window)).body;
    t.strictSame(inWindow.window, { start: window.window_start, end: window.window_end });
    t.strictSame(
      inWindow.organizations.map(({ metrics }: { metrics: unknown }) => metrics),
      [await metricsOf(s.orgA, window), await metricsOf(s.orgB, window)],
    );
  },
);

t.test('of another cycle there is nothing, and one that is not registered is refused', async (t) => {
  const { status, body } = await read({ pilot_cycle_id: otherCycle });
  t.equal(status, 200);
  t.same(
    body.organizations.map(({ metrics }: { metrics: unknown }) => metrics),
    [[], []],
  );
  const unknown = await read({ pilot_cycle_id: 'nobody-knows' });
  t.equal(unknown.status, 422);
  t.strictSame(errorsOf(unknown), ['pilot_cycle_id not_registered']);
});

t.test('one organisation cannot be asked for, and a window ends after it starts', async (t) => {
  const refused: [Record<string, string>, string][] = [
    [{ org_id: s.orgA }, '(unknown field) unknown_field'],
    [{ window_start: window.window_end, window_end: window.window_start }, 'window_end window_order'],
  ];
  for (const [more, error] of refused) t.strictSame(errorsOf(await read(more)), [error]);
});
