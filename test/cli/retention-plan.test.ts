import t from 'tap';
import { metricQueries } from '../../src/capabilities/metric-queries.ts';
import { oldWorld } from '../support/old-rows.ts';
import { isSuccess, pilot, settingsOf } from './pilot.ts';
import {
  afterCycle,
  apply,
  changes,
  decisions,
  everythingDue,
  plan,
  tablesOf,
} from './retention-commands.ts';

t.test('the policy names every table once, and is shown', async (t) => {
  const { superuser } = await oldWorld(t, {});
  const shown = await pilot({}, 'retention', 'policy', '--json');
  isSuccess(t, shown);
  const { rules, kept, exceptions } = shown.json;
  const tables: string[] = [...rules, ...kept].map(({ table }) => table);
  const { rows } = await superuser.query(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'pilot' ORDER BY 1",
  );
  t.same(
    tables.sort(),
    rows.map(({ name }) => name),
  );
  t.same(
    new Set(rules.map(({ window, trigger }: Record<string, string>) => `${window}, ${trigger}`)),
    new Set(['24 months, cycle_ended', '60 months, calculated', '365 days, superseded']),
  );
  for (const { field_class, executor, evidence } of rules) t.ok(field_class && executor && evidence);
  for (const { because } of kept) t.ok(because);
  const { stdout } = await pilot({}, 'retention', 'policy');
  for (const text of [...tables, ...exceptions]) t.match(stdout, text);
});

t.test(
  'events and scope go 24 months after the last day of their cycle, in UTC, and not before',
  async (t) => {
    const world = await oldWorld(t, {
      old: '2020-01-31',
      leap: '2020-02-29',
      'day-before': '2020-02-28',
      endless: undefined,
    });
    for (const cycle of ['old', 'leap', 'day-before', 'endless']) {
      await world.rows.ofCycle(cycle, '2020-01-10T10:00:00.000Z');
    }
    t.same(await plan(world, '2022-01-31T23:59:59.999Z').then(tablesOf), []);
    const first = await plan(world, '2022-02-01T00:00:00.000Z');
    t.same(tablesOf(first), afterCycle);
    t.same(first.counts.pilot_connection_events, { cycle_ended: 2 });
    t.same(first.counts.pilot_contact_attempt_events, { cycle_ended: 1 });
    t.equal(first.rows, 10);
    t.equal((await plan(world, '2022-02-28T23:59:59.999Z')).rows, 10);
    t.equal((await plan(world, '2022-03-01T00:00:00.000Z')).rows, 30, 'both of those that end in February');
    t.equal((await plan(world)).rows, 30, 'a cycle without an end keeps everything');
  },
);

t.test('figures go 60 months after they were calculated', async (t) => {
  const world = await oldWorld(t, { endless: undefined });
  await world.rows.snapshots('endless', '2016-02-29T10:00:00.123Z');
  t.equal((await plan(world, '2021-02-28T10:00:00.122Z')).rows, 0);
  t.same((await plan(world, '2021-02-28T10:00:00.123Z')).counts, {
    pilot_metric_snapshots: { calculated: 1 },
    pilot_cycle_metric_snapshots: { calculated: 1 },
  });
  t.same((await plan(world)).endless_cycles, ['endless'], 'the plan names a cycle that keeps everything');
});

t.test('decisions go 365 days after a later one replaced them; the latest stays', async (t) => {
  const world = await oldWorld(t, {});
  // The order of arrival decides, and one in the middle of it has the length of its own time.
  for (const at of ['2018-01-01T00:00:00.000Z', '2018-06-01T00:00:00.500Z', '2019-06-01T00:00:00.000Z']) {
    await world.rows.decision(at);
  }
  t.equal((await plan(world, '2019-06-01T00:00:00.499Z')).rows, 0);
  t.same((await plan(world, '2019-06-01T00:00:00.500Z')).counts, { [decisions]: { superseded: 1 } });
  t.equal((await plan(world, '2020-05-30T23:59:59.999Z')).rows, 1);
  t.equal((await plan(world, '2020-05-31T00:00:00.000Z')).rows, 2, '365 days, also in a leap year');
  t.equal((await plan(world)).rows, 2);
});

t.test('revisions go 365 days after the next one of the same record; the latest stays', async (t) => {
  const world = await oldWorld(t, {});
  await world.rows.approval('D1', 1, 'locked', '2018-01-01T00:00:00.000Z');
  await world.rows.approval('D1', 2, 'open', '2018-06-01T00:00:00.500Z');
  await world.rows.approval('D2', 1, 'open', '2018-01-01T00:00:00.000Z');
  t.equal((await plan(world, '2019-06-01T00:00:00.499Z')).rows, 0);
  t.same((await plan(world, '2019-06-01T00:00:00.500Z')).counts, { gate_0_approvals: { superseded: 1 } });
  t.equal((await plan(world)).rows, 1, 'the only revision of D2 is its latest, however old');
});

t.test('what is behind an approval that is locked stays', async (t) => {
  const world = await oldWorld(t, {});
  const { rows } = world;
  await rows.approval('D1', 1, 'locked', '2018-01-01T00:00:00.000Z');
  await rows.approval('D1', 2, 'open', '2018-02-01T00:00:00.000Z');
  // D2 has revisions before, when and after D1 was locked for good.
  await rows.approval('D2', 1, 'open', '2018-02-15T00:00:00.000Z');
  await rows.approval('D2', 2, 'open', '2018-03-01T00:00:00.000Z');
  const before = await rows.decision('2018-02-20T00:00:00.000Z');
  const held = await rows.decision('2018-03-01T00:00:00.000Z');
  await rows.approval('D1', 3, 'locked', '2018-03-01T00:00:00.000Z');
  const after = await rows.decision('2018-03-01T00:00:00.001Z');
  await rows.approval('D2', 3, 'open', '2018-03-01T00:00:00.001Z');
  await rows.approval('D2', 4, 'open', '2018-04-01T00:00:00.000Z');
  const latest = await rows.decision('2018-04-01T00:00:00.000Z');
  const planned = await plan(world);
  t.same(planned.counts, { [decisions]: { superseded: 2 }, gate_0_approvals: { superseded: 2 } });
  isSuccess(t, await apply(world, planned.digest));
  for (const id of [held, latest]) t.ok(await rows.has(decisions, id));
  for (const id of [before, after]) t.notOk(await rows.has(decisions, id));
  const revisions = await world.superuser.query(
    "SELECT string_agg(id || '/' || revision, ' ' ORDER BY id, revision) AS kept FROM pilot.gate_0_approvals",
  );
  t.equal(revisions.rows[0].kept, 'D1/1 D1/2 D1/3 D2/2 D2/4');

  await rows.approval('D1', 4, 'open', '2019-01-01T00:00:00.000Z');
  const unlocked = await plan(world);
  t.same(unlocked.counts, { [decisions]: { superseded: 1 }, gate_0_approvals: { superseded: 4 } });
});

t.test('what a baseline was computed from stays, and gives the same figures afterwards', async (t) => {
  const world = await oldWorld(t, { old: '2020-01-31', other: '2020-01-31' });
  const { rows } = world;
  const [start, end] = ['2020-01-06T00:00:00.000Z', '2020-01-27T00:00:00.000Z'];
  const [justBefore, last] = ['2020-01-05T23:59:59.999Z', '2020-01-26T23:59:59.999Z'];
  await rows.baseline('old', start, end);
  await rows.ofCycle('old', start);
  for (const at of [justBefore, start, last, end]) {
    const attempt = await rows.attempt('old', at);
    await rows.connection('old', at, { contact_attempt_event_id: attempt });
    // Nothing but the window keeps these.
    await rows.attempt('old', at);
    await rows.referral('old', at);
    await rows.statusCheck('old', at);
    await rows.audit('old', at);
    await rows.preference('old', at);
  }
  await rows.statusCheck('old', '2020-01-27T00:00:00.001Z');
  const anchors = [
    await rows.attempt('old', '2019-12-01T00:00:00.000Z'),
    await rows.referral('old', '2019-12-01T00:00:00.000Z'),
  ] as const;
  await rows.connection('old', last, { contact_attempt_event_id: anchors[0] });
  await rows.connection('old', last, { referral_event_id: anchors[1] });
  const loose = await rows.attempt('old', '2019-12-01T00:00:00.000Z');
  // The same moments of another cycle, and of another organisation.
  await rows.ofCycle('other', start);
  await rows.ofCycle('old', start, rows.otherOrg);

  const figures = async () => {
    const found: Record<string, unknown>[] = [];
    for (const { statement } of metricQueries) {
      const values = ['old', rows.org, start, end, end];
      found.push(...(await world.superuser.query(statement.text, values)).rows);
    }
    return found;
  };
  const before = await figures();
  t.ok(before.length === 9 && before.every(({ denominator }) => Number(denominator) > 0));
  const planned = await plan(world);
  isSuccess(t, await apply(world, planned.digest));
  t.same(await figures(), before);
  t.ok(await rows.has('pilot_contact_attempt_events', anchors[0]));
  t.ok(await rows.has('pilot_referral_events', anchors[1]));
  t.notOk(await rows.has('pilot_contact_attempt_events', loose));
  // What is at two moments outside of the window, and what is not of this organisation and cycle.
  t.same(planned.counts, {
    pilot_connection_events: { cycle_ended: 2 + 4 },
    pilot_contact_attempt_events: { cycle_ended: 2 * 2 + 2 + 1 },
    pilot_referral_event_history: { cycle_ended: 2 + 2 },
    pilot_referral_events: { cycle_ended: 2 + 2 },
    service_operational_status_events: { cycle_ended: 1 + 2 },
    pilot_data_decay_audits: { cycle_ended: 2 + 2 },
    pilot_preference_fit_events: { cycle_ended: 2 + 2 },
    pilot_service_scope_history: { cycle_ended: 2 },
    pilot_service_scope: { cycle_ended: 2 },
  });
});

t.test('an event that stays keeps its anchor, of whichever cycle that is', async (t) => {
  const world = await oldWorld(t, { old: '2020-01-31', endless: undefined });
  const { rows } = world;
  const attempt = await rows.attempt('old', '2020-01-10T00:00:00.000Z');
  const referral = await rows.referral('old', '2020-01-10T00:00:00.000Z');
  await rows.connection('endless', '2020-01-11T00:00:00.000Z', { contact_attempt_event_id: attempt });
  await rows.connection('endless', '2020-01-11T00:00:00.000Z', { referral_event_id: referral });
  t.equal((await plan(world)).rows, 0);
});

t.test('a plan writes nothing, and its digest stands for exactly the rows that are due', async (t) => {
  const world = await oldWorld(t, { old: '2020-01-31' });
  const empty = await plan(world);
  t.equal(empty.rows, 0);
  await everythingDue(world);
  const url = new URL(world.urls.owner);
  url.searchParams.set('options', '-c default_transaction_read_only=on');
  const readOnly = { ...world.urls, owner: url.href };
  let planned = empty;
  t.same(
    await changes(world, async () => {
      planned = await plan({ ...world, urls: readOnly });
    }),
    [],
  );
  t.match(planned.digest, /^[0-9a-f]{64}$/);
  t.not(planned.digest, empty.digest);
  t.equal((await plan(world)).digest, planned.digest, 'the same for the same rows');
  t.equal((await plan(world, planned.as_of)).digest, planned.digest);
  await world.superuser.query("UPDATE pilot.pilot_preference_fit_events SET cohort_label = 'other'");
  t.equal((await plan(world)).digest, planned.digest, 'it is about which rows, not about what is in them');
  await world.superuser.query('UPDATE pilot.pilot_preference_fit_events SET id = gen_random_uuid()');
  t.not((await plan(world)).digest, planned.digest, 'as many rows, but another one');

  const { stdout } = await pilot(settingsOf(world.urls), 'retention', 'plan');
  t.match(stdout, /│ pilot_connection_events +│ cycle_ended +│ 2 +│/);
  t.match(
    stdout,
    /^14 rows are due at .*\n.*\nTo delete them: npm run -s pilot -- retention apply --as-of \S+ --digest \w{64}\n$/m,
  );
});
