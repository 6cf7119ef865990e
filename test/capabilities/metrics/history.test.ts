import { randomUUID } from 'node:crypto';
import t from 'tap';
import { contactAttemptBody, errorsOf, visible } from '../../support/events.ts';
import { type Answer, type Caller, cycle, otherCycle, startTestService } from '../../support/service.ts';

/** Snapshots over time and the windows they are of, for an organisation and for a whole cycle alike. */
type Query = Record<string, string>;
interface Snapshot {
  id: string;
  recompute_id: string;
  calculated_at: string;
  window: { start: string | null; end: string | null };
  metric_id: string;
}

const begin = Date.now();
let now = new Date(begin);
const s = await startTestService(t, { clock: () => now });
const metricIds = ['M1', 'M2_P50', 'M2_P75', 'M2_P90', 'M3', 'M4', 'M5', 'M6', 'M7'];
const minute = (number: number) => new Date(begin + number * 60_000).toISOString();
const week = { window_start: '2026-03-02T05:00:00.000Z', window_end: '2026-03-09T05:00:00.000Z' };
const asAnswered = { start: week.window_start, end: week.window_end };
const open = { start: null, end: null };

/** Somebody who may ask, and what they ask about. */
const subjects: { name: string; who: Caller; of: Query }[] = [
  { name: 'an organisation', who: s.owner, of: { pilot_cycle_id: cycle, org_id: s.orgA } },
  { name: 'a whole cycle', who: s.appAdmin, of: { pilot_cycle_id: cycle } },
];

const get = (path: string, who: Caller, query: Query) =>
  who.get(`/metrics/${path}?${new URLSearchParams(query)}`);

async function recomputeAt(at: number, who: Caller, body: Query): Promise<void> {
  now = new Date(minute(at));
  const { status, text } = await who.post('/metrics/recompute', body);
  if (status !== 200) throw new Error(text);
}

/** Every item of every page, and how many pages there were; `between` runs after each page. */
async function allPages(path: string, who: Caller, query: Query, between?: () => Promise<void>) {
  const items: Snapshot[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const answer: Answer = await get(path, who, { ...query, ...(cursor !== null && { cursor }) });
    if (answer.status !== 200) throw new Error(answer.text);
    items.push(...answer.body.items);
    cursor = answer.body.next_cursor;
    pages += 1;
    if (pages > 200) throw new Error('The pages do not end.');
    await between?.();
  } while (cursor !== null);
  return { items, pages };
}

const shown = (items: readonly Snapshot[]) =>
  items.map(({ calculated_at, metric_id, window }) => [calculated_at, metric_id, window.start]);

for (const { name, who, of } of subjects) {
  const history = (query: Query = {}) => get('history', who, { ...of, ...query });
  const windows = (query: Query = {}) => get('windows', who, { ...of, ...query });
  const items = async (query: Query = {}): Promise<Snapshot[]> => (await history(query)).body.items;

  t.test(`${name}: before anything was computed the lists are empty`, async (t) => {
    for (const answer of [await history(), await windows()]) {
      t.match(answer, { status: 200 });
      t.strictSame(answer.body, { items: [], next_cursor: null });
    }
  });

  t.test(`${name}: a cycle that nobody registered is refused`, async (t) => {
    const pilot_cycle_id = 'nobody-knows';
    for (const answer of [await history({ pilot_cycle_id }), await windows({ pilot_cycle_id })]) {
      t.equal(answer.status, 422);
      t.strictSame(errorsOf(answer), ['pilot_cycle_id not_registered']);
    }
  });

  t.test(`${name}: a snapshot is told as the recompute told it`, async (t) => {
    await who.post('/events/contact-attempt', contactAttemptBody(s.orgA));
    now = new Date(minute(0));
    const { body } = await who.post('/metrics/recompute', of);
    const told = await items();
    t.strictSame(
      told.map(({ id, recompute_id, window, ...metric }) => metric),
      body.metrics.map(({ previous, ...metric }: Query) => metric),
    );
    t.equal(new Set(told.map(({ recompute_id }) => recompute_id)).size, 1);
    t.equal(new Set(told.map(({ id }) => id)).size, 9);
    for (const { window } of told) t.strictSame(window, open);
  });

  t.test(`${name}: the newest come first, by default of exactly the window of the bounds`, async (t) => {
    await recomputeAt(1, who, { ...of, ...week });
    await recomputeAt(2, who, of);
    await recomputeAt(3, who, { ...of, window_start: week.window_start });
    const nine = (at: number, start: string | null) => metricIds.map((id) => [minute(at), id, start]);
    const [from] = [week.window_start];
    t.strictSame(shown(await items()), [...nine(2, null), ...nine(0, null)]);
    t.strictSame(shown(await items({ window: 'exact', ...week })), nine(1, from));
    t.strictSame(shown(await items({ window_start: from })), nine(3, from));
    t.strictSame(await items({ window_end: week.window_end }), []);
    const any = await items({ window: 'any' });
    t.strictSame(shown(any), [...nine(3, from), ...nine(2, null), ...nine(1, from), ...nine(0, null)]);
    t.strictSame(any[18]?.window, asAnswered);
  });

  t.test(`${name}: one metric alone can be asked for`, async (t) => {
    const any = await items({ window: 'any', metric_id: 'M2_P75' });
    t.strictSame(
      shown(any).map(([at, id]) => [at, id]),
      [3, 2, 1, 0].map((at) => [minute(at), 'M2_P75']),
    );
    t.strictSame(
      shown(await items({ metric_id: 'M4' })),
      [2, 0].map((at) => [minute(at), 'M4', null]),
    );
  });

  t.test(`${name}: a range of time has its beginning and not its end`, async (t) => {
    const times = async (query: Query) =>
      (await items({ window: 'any', metric_id: 'M1', ...query })).map(({ calculated_at }) => calculated_at);
    t.strictSame(await times({ calculated_from: minute(1) }), [3, 2, 1].map(minute));
    t.strictSame(await times({ calculated_to: minute(1) }), [minute(0)]);
    t.strictSame(await times({ calculated_from: minute(1), calculated_to: minute(3) }), [2, 1].map(minute));
    t.strictSame(
      (await items({ metric_id: 'M1', calculated_from: minute(1) })).map(
        ({ calculated_at }) => calculated_at,
      ),
      [minute(2)],
    );
  });

  t.test(`${name}: pages of any size make up the whole, and new snapshots do not move them`, async (t) => {
    for (const query of [{ window: 'any' }, {}, { window: 'any', metric_id: 'M3' }] as const) {
      const whole = await items(query);
      for (const limit of [1, 2, 4, 9, 10, 100]) {
        const found = await allPages('history', who, { ...of, ...query, limit: String(limit) });
        t.strictSame(found.items, whole, `${limit}`);
        t.equal(found.pages, Math.ceil(whole.length / limit), `${limit}`);
      }
    }
    const whole = await items({ window: 'any' });
    let at = 10;
    const recomputing = async () => {
      at += 1;
      if (at < 14) await recomputeAt(at, who, at % 2 === 0 ? of : { ...of, ...week });
    };
    const found = await allPages('history', who, { ...of, window: 'any', limit: '7' }, recomputing);
    t.strictSame(found.items, whole);
    t.equal((await items({ window: 'any', limit: '100' })).length, whole.length + 27);
  });

  t.test(`${name}: snapshots of one moment are in an order, in which pages go on`, async (t) => {
    // Two recomputes in one millisecond, as two replicas may make them.
    for (const more of [{}, week, {}, week]) await recomputeAt(20, who, { ...of, ...more });
    for (const query of [{ window: 'any' }, {}, week] as const) {
      const range = { ...query, calculated_from: minute(20) };
      const whole = await items(range);
      t.equal(whole.length, 'window' in query ? 36 : 18);
      const found = await allPages('history', who, { ...of, ...range, limit: '5' });
      t.strictSame(found.items, whole);
    }
  });

  t.test(`${name}: each window that was computed is there once, the one computed last first`, async (t) => {
    const { body } = await windows();
    t.strictSame(body.next_cursor, null);
    t.same(
      new Set(body.items.map(({ window }: Snapshot) => JSON.stringify(window))),
      new Set(
        [open, { ...open, start: week.window_start }, asAnswered].map((window) => JSON.stringify(window)),
      ),
    );
    t.equal(body.items.length, 3);
    const any = await items({ window: 'any', metric_id: 'M1', limit: '100' });
    for (const { window, calculated_at, recomputes } of body.items) {
      const ofWindow = any.filter((snapshot) => JSON.stringify(snapshot.window) === JSON.stringify(window));
      t.same([ofWindow.length, ofWindow[0]?.calculated_at], [recomputes, calculated_at]);
    }
    t.equal(body.items.at(-1).calculated_at, minute(3));
    t.equal(body.items.at(-1).recomputes, 1);
    for (const limit of ['1', '2', '3']) {
      t.strictSame((await allPages('windows', who, { ...of, limit })).items, body.items);
    }
  });

  t.test(`${name}: of each window what was calculated last can be asked for alone`, async (t) => {
    for (const range of [{}, { calculated_to: minute(3) }]) {
      const any = await items({ window: 'any', limit: '100', ...range });
      const keyOf = ({ window, metric_id }: Snapshot) => JSON.stringify([window, metric_id]);
      const latest = [...Map.groupBy(any, keyOf).values()].flatMap(([first]) => first ?? []);
      t.ok(latest.length < any.length, 'some window was calculated more than once');
      for (const limit of ['4', '9', '100']) {
        const { items: each } = await allPages('history', who, { ...of, window: 'each', limit, ...range });
        t.strictSame(each, latest);
      }
      const ofOne = latest.filter(({ metric_id }) => metric_id === 'M3');
      for (const limit of ['1', '2']) {
        const query = { ...of, window: 'each', metric_id: 'M3', limit, ...range };
        t.strictSame((await allPages('history', who, query)).items, ofOne);
      }
    }
  });

  t.test(`${name}: other cycles have another history`, async (t) => {
    await recomputeAt(30, who, { ...of, pilot_cycle_id: otherCycle });
    t.equal((await items({ pilot_cycle_id: otherCycle, window: 'any' })).length, 9);
    t.equal((await windows({ pilot_cycle_id: otherCycle })).body.items.length, 1);
    t.equal((await items({ calculated_from: minute(30) })).length, 0);
  });

  t.test(`${name}: a cursor of something else begins nowhere`, async (t) => {
    const [foreign] = await items({ pilot_cycle_id: otherCycle, window: 'any' });
    for (const cursor of [randomUUID(), foreign?.id ?? '', foreign?.recompute_id ?? '']) {
      for (const answer of [await history({ window: 'any', cursor }), await windows({ cursor })]) {
        t.strictSame(answer.body, { items: [], next_cursor: null });
      }
    }
  });
}

t.test('what is asked has to make sense', async (t) => {
  const refused: [Query, string[]][] = [
    [{ window: 'any', ...week }, ['window_start only_for_exact', 'window_end only_for_exact']],
    [{ window: 'any', window_end: week.window_end }, ['window_end only_for_exact']],
    [{ window: 'each', window_start: week.window_start }, ['window_start only_for_exact']],
    [{ window: 'some' }, ['window invalid_value']],
    [{ window_start: week.window_end, window_end: week.window_start }, ['window_end window_order']],
    [{ calculated_from: minute(0), calculated_to: minute(0) }, ['calculated_to calculated_order']],
    [{ calculated_from: '2026-03-01' }, ['calculated_from invalid_format']],
    [{ metric_id: 'M2' }, ['metric_id invalid_value']],
    [{ limit: '101' }, ['limit too_big']],
    [{ cursor: 'nothing' }, ['cursor invalid_format']],
  ];
  const of = { pilot_cycle_id: cycle, org_id: s.orgA };
  for (const [query, errors] of refused) {
    const answer = await get('history', s.owner, { ...of, ...query });
    t.equal(answer.status, 400);
    t.strictSame(errorsOf(answer), errors);
  }
  t.strictSame(errorsOf(await get('windows', s.owner, { ...of, ...week })), [
    '(unknown field) unknown_field',
  ]);
});

t.test('members of every role read their own organisation, and nobody another', async (t) => {
  const headers = { 'x-request-id': randomUUID() };
  for (const path of ['history', 'windows']) {
    const ask = (who: Caller, org_id: string) =>
      who.get(`/metrics/${path}?${new URLSearchParams({ pilot_cycle_id: cycle, org_id })}`, { headers });
    for (const who of ['owner', 'admin', 'editor', 'viewer', 'appAdmin'] as const) {
      const { status, body } = await ask(s[who], s.orgA);
      t.equal(status, 200, who);
      t.not(body.items.length, 0, who);
    }
    t.strictSame((await ask(s.ownerB, s.orgB)).body, { items: [], next_cursor: null });
    const nobodys = visible(await ask(s.owner, randomUUID()));
    t.match(nobodys, { status: 403 });
    for (const who of ['owner', 'stranger'] as const)
      t.strictSame(visible(await ask(s[who], s.orgB)), nobodys, who);
    t.strictSame(visible(await ask(s.ownerB, s.orgA)), nobodys);
    t.strictSame(visible(await ask(s.appAdmin, randomUUID())), nobodys);
  }
});

t.test('a cursor of another organisation tells nothing about it', async (t) => {
  const ofA = { pilot_cycle_id: cycle, org_id: s.orgA, window: 'any' };
  const ofB = { pilot_cycle_id: cycle, org_id: s.orgB, window: 'any' };
  await recomputeAt(40, s.ownerB, { pilot_cycle_id: cycle, org_id: s.orgB });
  const [foreign] = (await get('history', s.owner, ofA)).body.items;
  const headers = { 'x-request-id': randomUUID() };
  const ask = async (cursor: string) =>
    visible(await s.ownerB.get(`/metrics/history?${new URLSearchParams({ ...ofB, cursor })}`, { headers }));
  t.strictSame(await ask(foreign.id), await ask(randomUUID()));
});
