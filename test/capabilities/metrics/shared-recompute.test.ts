import { setImmediate } from 'node:timers/promises';
import type pg from 'pg';
import t, { type Test } from 'tap';
import { contactAttemptBody, statusCounts } from '../../support/events.ts';
import { type Answer, type Caller, cycle, otherCycle, startTestService } from '../../support/service.ts';
import { underWay } from '../../support/under-way.ts';

/** Recomputes that ask for the same at the same time share calculations, and nothing else. */
const s = await startTestService(t);
const recompute = (who: Caller = s.owner, more: object = {}) =>
  who.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: s.orgA, ...more });
const lockM7 = 'LOCK TABLE pilot.pilot_preference_fit_events';

/** Runs `work` while calculations that have begun cannot end; `release` lets them. */
async function whileHeld(
  work: (held: {
    client: pg.Client;
    /** Resolves when so many calculations are held. */
    begun(calculations: number): Promise<void>;
    release(end?: string): Promise<unknown>;
  }) => Promise<void>,
): Promise<void> {
  await s.asSuperuser(async (client) => {
    await client.query(`BEGIN; ${lockM7}`);
    const begun = async (calculations: number) => {
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await s.asSuperuser(async (observer) => {
        while ((await observer.query(waiting)).rowCount !== calculations) await setImmediate();
      });
    };
    await work({ client, begun, release: (end = 'ROLLBACK') => client.query(end) });
  });
}

/** How many calculations `work` made, as this table shows. */
async function calculations(work: () => Promise<void>, table = 'pilot_metric_snapshots'): Promise<number> {
  const count = async () => {
    const sql = `SELECT count(DISTINCT recompute_id)::integer AS count FROM pilot.${table}`;
    return Number((await s.asSuperuser((client) => client.query(sql))).rows[0]?.count);
  };
  const before = await count();
  await work();
  return (await count()) - before;
}

const times = <Item>(count: number, item: Item) => Array<Item>(count).fill(item);
const attempts = ({ body }: Answer) => body.metrics[0].denominator;

t.test('whoever comes while one runs shares the next, which has what was written before', async (t) => {
  const made = await calculations(() =>
    whileHeld(async ({ begun, release }) => {
      const first = recompute();
      await begun(1);
      t.equal((await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA))).status, 201);
      const { answers } = await underWay(times(12, () => recompute()));
      await release();
      const later = await answers;
      t.same(statusCounts(later), { 200: 12 });
      t.same(new Set(later.map(attempts)), new Set([attempts(await first) + 1]));
      t.equal(new Set(later.map(({ text }) => text)).size, 1, 'one answer for all');
    }),
  );
  t.equal(made, 2);
});

t.test('whoever comes before a calculation has begun joins it', async (t) => {
  const made = await calculations(() =>
    whileHeld(async ({ begun, release }) => {
      // Both places for calculations are taken.
      const others = [recompute(), recompute(s.owner, { pilot_cycle_id: otherCycle })];
      await begun(2);
      const ofB = () => recompute(s.ownerB, { org_id: s.orgB });
      const { answers } = await underWay(times(5, ofB));
      await release();
      t.same(statusCounts(await answers), { 200: 5 });
      t.same(statusCounts(await Promise.all(others)), { 200: 2 });
    }),
  );
  t.equal(made, 3);
});

t.test('everybody is judged alone, with what they are when the calculation begins', async (t) => {
  const { viewer, stranger, ownerB, admin, editor, appAdmin, owner } = s;
  const made = await calculations(() =>
    whileHeld(async ({ begun, release }) => {
      const first = recompute();
      await begun(1);
      const who = [viewer, stranger, ownerB, admin, editor, appAdmin, owner];
      const { answers } = await underWay(who.map((caller) => () => recompute(caller)));
      await s.asSuperuser((client) =>
        client.query('DELETE FROM pilot.organization_members WHERE user_id = $1', [admin.userId]),
      );
      await release();
      t.same(
        (await answers).map(({ status }) => status),
        [403, 403, 403, 403, 200, 200, 200],
      );
      t.equal((await first).status, 200);
    }),
  );
  t.equal(made, 2);
});

t.test('a calculation that nobody may have is not made', async (t) => {
  t.equal(await calculations(async () => void (await recompute(s.viewer))), 0);
});

t.test('another window, cycle or organisation is another calculation', async (t) => {
  const window = { window_start: '2026-03-01T00:00:00Z' };
  const ask = [
    () => recompute(s.owner, window),
    () => recompute(s.owner, { window_end: '2026-03-01T00:00:00Z' }),
    () => recompute(s.owner, { pilot_cycle_id: otherCycle, ...window }),
    () => recompute(s.ownerB, { org_id: s.orgB, ...window }),
  ];
  const made = await calculations(() =>
    whileHeld(async ({ begun, release }) => {
      const first = recompute();
      await begun(1);
      const { answers } = await underWay([...ask, ...ask]);
      await release();
      const windows = (await answers).map(({ body }) => body.scorecard.window);
      t.same(windows.slice(0, 2), [
        { start: '2026-03-01T00:00:00.000Z', end: null },
        { start: null, end: '2026-03-01T00:00:00.000Z' },
      ]);
      t.equal((await first).status, 200);
    }),
  );
  // What runs at once may have begun before its second asker came.
  t.ok(made >= 1 + ask.length && made <= 1 + 2 * ask.length, `${made} calculations`);
});

t.test('a whole cycle has a line of its own, in which its recomputes share', async (t) => {
  const ofCycle = (who: Caller) => () => who.post('/metrics/recompute', { pilot_cycle_id: cycle });
  const work = () =>
    whileHeld(async ({ begun, release }) => {
      // They run beside each other: neither waits for the other's line.
      const first = [recompute(), ofCycle(s.appAdmin)()];
      await begun(2);
      const { answers } = await underWay([...times(4, ofCycle(s.appAdmin)), ofCycle(s.owner)]);
      await release();
      t.same(statusCounts(await Promise.all(first)), { 200: 2 });
      const shared = await answers;
      t.same(
        shared.map(({ status }) => status),
        [200, 200, 200, 200, 403],
      );
      t.equal(new Set(shared.slice(0, 4).map(({ text }) => text)).size, 1, 'one answer for all');
    });
  t.equal(await calculations(work, 'pilot_cycle_metric_snapshots'), 2);
});

t.test('a sharer who hangs up takes nothing from the others', async (t) => {
  const impatience = new AbortController();
  const hangUp = () =>
    fetch(`${s.url}/api/v1/pilot/metrics/recompute`, {
      method: 'POST',
      headers: { authorization: `Bearer ${s.owner.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ pilot_cycle_id: cycle, org_id: s.orgA }),
      signal: impatience.signal,
    });
  await whileHeld(async ({ begun, release }) => {
    const first = recompute();
    await begun(1);
    let gone: Promise<unknown> = Promise.resolve();
    const leaver = async () => {
      gone = t.rejects(hangUp());
      return first;
    };
    const { answers } = await underWay([leaver, ...times(3, () => recompute(s.editor))]);
    impatience.abort();
    await gone;
    await release();
    t.same(statusCounts(await answers), { 200: 4 });
  });
});

t.test('whoever needs one calculation too many is turned away, and the others are served', async (t) => {
  const atOnce = 22;
  const of = (day: number) => () =>
    recompute(s.owner, { window_start: new Date(Date.UTC(2026, 0, day)).toISOString() });
  await whileHeld(async ({ begun, release }) => {
    const first = of(1)();
    await begun(1);
    const { answers } = await underWay(Array.from({ length: atOnce - 1 }, (_, index) => of(index + 2)));
    const refused = await of(atOnce + 1)();
    t.equal(refused.status, 503);
    t.match(refused.headers.get('retry-after'), /^\d+$/);
    await release();
    t.same(statusCounts([await first, ...(await answers)]), { 200: atOnce });
  });
});

t.test('a failure is that of all who share it, and refusals stay what they are', async (t: Test) => {
  await whileHeld(async ({ begun, release }) => {
    const first = recompute();
    await begun(1);
    const { answers } = await underWay([s.owner, s.viewer, s.editor].map((who) => () => recompute(who)));
    await release('ALTER TABLE pilot.pilot_preference_fit_events RENAME TO gone; COMMIT');
    t.same(
      (await answers).map(({ status }) => status),
      [501, 403, 501],
    );
    t.equal((await first).status, 501);
  });
});
