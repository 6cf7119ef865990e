import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { type OldWorld, oldWorld } from '../support/old-rows.ts';
import { storedState } from '../support/stored-state.ts';
import { isFailure, isSuccess, pilot, settingsOf, startPilot } from './pilot.ts';
import { apply, changes, everythingDue, plan } from './retention-commands.ts';

t.test('what a plan lists is deleted, and nothing else, and the counts are recorded', async (t) => {
  const world = await oldWorld(t, { old: '2020-01-31', endless: undefined });
  await everythingDue(world);
  await world.rows.ofCycle('endless', '2020-01-10T10:00:00.000Z');
  const planned = await plan(world);
  const changed = await changes(world, async () => isSuccess(t, await apply(world, planned.digest)));
  const record = changed.filter((row) => row.startsWith('retention_runs '));
  t.equal(record.length, 1);
  t.equal(changed.length, 1 + planned.rows);
  t.ok(changed.every((row) => row === record[0] || !row.includes('endless')));

  const log = await pilot(settingsOf(world.urls), 'retention', 'log', '--json');
  isSuccess(t, log);
  const [run] = log.json.runs;
  t.equal(log.json.runs.length, 1);
  t.match(run, { digest: planned.digest, counts: planned.counts, rows: 14, service_version: /^\d+\.\d+/ });
  t.ok(run.as_of >= planned.as_of && run.as_of <= run.applied_at);
  const { stdout } = await pilot(settingsOf(world.urls), 'retention', 'log');
  t.match(stdout, new RegExp(`│ 14 +│ ${planned.digest} │`));

  const again = await plan(world);
  t.equal(again.rows, 0, 'nothing is left');
  const nothing = await apply(world, again.digest, '--json');
  t.same([nothing.code, nothing.json.counts], [0, {}], 'that there was nothing to do is recorded, too');
  isFailure(t, await apply(world, planned.digest), /^The plan is another one by now/);
});

t.test('the record of a deletion cannot hold anything but counts', async (t) => {
  const world = await oldWorld(t, { old: '2020-01-31' });
  await everythingDue(world);
  const ids = [...(await storedState(world.superuser))].flatMap((row) => row.match(/[0-9a-f-]{36}/g) ?? []);
  isSuccess(t, await apply(world, (await plan(world)).digest));
  const { rows } = await world.superuser.query(
    'SELECT id::text, r::text AS record FROM pilot.retention_runs AS r',
  );
  const [{ id, record }] = rows;
  t.ok(ids.length > 20 && ids.every((known) => known === id || !record.includes(known)));
  for (const counts of [
    '[]',
    '"text"',
    '{"a": 1}',
    '{"a": {"b": "text"}}',
    '{"a": {"b": ["text"]}}',
    '{"a": [{"b": "text"}]}',
    '{"a": {"b": {"c": 1}}}',
    '{"two words": {"b": 1}}',
    '{"a": {"she said": 1}}',
    '{"a": {"b": null}}',
  ]) {
    await t.rejects(
      world.superuser.query('UPDATE pilot.retention_runs SET counts = $1', [counts]),
      { code: '23514' },
      counts,
    );
  }
});

t.test('another digest deletes nothing, nor does a plan for a moment to come', async (t) => {
  const world = await oldWorld(t, { old: '2020-01-31' });
  await everythingDue(world);
  const { digest } = await plan(world);
  const early = await plan(world, '2022-01-31T23:59:59.999Z');
  const changed = await changes(world, async () => {
    isFailure(t, await apply(world, '0'.repeat(64)), /^The plan is another one by now.*Plan again\.$/m);
    isFailure(t, await apply(world, early.digest), /^The plan is another one by now/);
    isFailure(
      t,
      await apply(world, digest, '--as-of', '2022-01-31T23:59:59.999Z'),
      /^The plan is another one by now/,
    );
    isFailure(
      t,
      await apply(world, digest, '--as-of', new Date(Date.now() + 60_000).toISOString()),
      /^Only a plan for a moment that has passed can be applied\.$/m,
    );
  });
  t.same(changed, []);
  const forecast = await pilot(
    settingsOf(world.urls),
    'retention',
    'plan',
    '--as-of',
    '2100-01-01T00:00:00Z',
  );
  t.match(forecast.stdout, /This is a forecast/);
  t.notMatch(forecast.stdout, /retention apply/);
});

t.test('a failure in the middle leaves everything', async (t) => {
  const world = await oldWorld(t, { old: '2020-01-31' });
  await everythingDue(world);
  const { digest } = await plan(world);
  // The snapshots go after the events, and before the decisions.
  await world.superuser.query(`
    CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
    CREATE TRIGGER refuse BEFORE DELETE ON pilot.pilot_metric_snapshots EXECUTE FUNCTION public.refuse()`);
  const changed = await changes(world, async () => {
    isFailure(t, await apply(world, digest), /^The database refused the command\. \(SQLSTATE P0001\)$/m);
  });
  t.same(changed, []);
});

t.test('a policy that is missing or narrower makes it fail, and not find less', async (t) => {
  const world = await oldWorld(t, { old: '2020-01-31' });
  await everythingDue(world);
  const { digest } = await plan(world);
  const sabotages: [sql: string, line: RegExp][] = [
    ['DROP POLICY owner_delete ON pilot.pilot_service_scope', /no DELETE policy .* pilot_service_scope\./],
    [
      'DROP POLICY owner_select ON pilot.pilot_referral_events',
      /no SELECT policy .* pilot_referral_events\./,
    ],
    ['DROP POLICY owner_select ON pilot.baseline_runs', /no SELECT policy .* baseline_runs\./],
    [
      'ALTER POLICY owner_select ON pilot.gate_0_approvals USING (revision > 1)',
      /no SELECT policy .* gate_0_approvals\./,
    ],
  ];
  for (const [sql, line] of sabotages) {
    await world.superuser.query(`BEGIN; ${sql}; COMMIT`);
    const changed = await changes(world, async () => {
      isFailure(t, await pilot(settingsOf(world.urls), 'retention', 'plan'), line);
      isFailure(t, await apply(world, digest), line);
    });
    t.same(changed, [], sql);
    const [, policy, table] = /POLICY (\w+) ON pilot\.(\w+)/.exec(sql) ?? [];
    const command = policy === 'owner_select' ? 'SELECT' : 'DELETE';
    await world.superuser.query(`
      DROP POLICY IF EXISTS ${policy} ON pilot.${table};
      CREATE POLICY ${policy} ON pilot.${table} FOR ${command} TO pilot_owner USING (true)`);
  }
  await world.superuser.query(
    'CREATE POLICY narrower ON pilot.pilot_service_scope AS RESTRICTIVE FOR DELETE TO pilot_owner USING (false)',
  );
  const changed = await changes(world, async () => {
    isFailure(
      t,
      await apply(world, digest),
      /^The database let 0 of 1 rows of pilot_service_scope be deleted, so nothing was deleted\./,
    );
  });
  t.same(changed, []);
});

/** Applies a plan while another transaction has done this; it ends when the plan is held back by it. */
async function applyMeanwhile(world: OldWorld, digest: string, work: () => Promise<unknown>) {
  const { superuser, urls } = world;
  await superuser.query('BEGIN');
  await work();
  const { outcome } = startPilot(settingsOf(urls), 'retention', 'apply', '--digest', digest);
  const waiting = 'SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))';
  while ((await superuser.query(waiting)).rowCount === 0) await setTimeout(5);
  await superuser.query('COMMIT');
  return outcome;
}

t.test('a late event that needs an old one wins: it is stored, and nothing is deleted', async (t) => {
  const world = await oldWorld(t, { old: '2020-01-31' });
  await everythingDue(world);
  const attempt = await world.rows.attempt('old', '2020-01-10T00:00:00.000Z');
  const { digest } = await plan(world);
  const late = () =>
    world.rows.connection('old', '2020-01-11T00:00:00.000Z', { contact_attempt_event_id: attempt });
  const changed = await changes(world, async () => {
    const outcome = await applyMeanwhile(world, digest, late);
    isFailure(t, outcome, /^Something that needs a row of the plan arrived meanwhile.*Plan again\.$/m);
  });
  t.equal(changed.length, 1);
  t.match(changed[0], /^pilot_connection_events /);
});

t.test('an approval that is locked meanwhile keeps what is behind it', async (t) => {
  const world = await oldWorld(t, { old: '2020-01-31' });
  await everythingDue(world);
  const { digest } = await plan(world);
  const lock = () => world.rows.approval('D1', 3, 'locked', '2018-01-15T00:00:00.000Z');
  const changed = await changes(world, async () => {
    isFailure(t, await applyMeanwhile(world, digest, lock), /^The plan is another one by now/);
  });
  t.equal(changed.length, 1);
  t.match(changed[0], /^gate_0_approvals /);
});

t.test(
  'every reference to a row that goes some day has an index, so that letting it go is cheap',
  async (t) => {
    const { superuser } = await oldWorld(t, {});
    const { rows } = await superuser.query(`
    SELECT conrelid::regclass::text AS source, conkey, ARRAY(
      SELECT indkey::text FROM pg_index WHERE indrelid = conrelid
    ) AS indexes
    FROM pg_constraint WHERE contype = 'f' AND confrelid IN (
      SELECT polrelid FROM pg_policy WHERE polname = 'owner_delete' AND polrelid::regclass::text ~ '_(events|scope)$'
    )`);
    t.equal(rows.length, 4);
    for (const { source, conkey, indexes } of rows) {
      const key = conkey.join(' ');
      t.ok(
        indexes.some((index: string) => `${index} `.startsWith(`${key} `)),
        `${source} (${key})`,
      );
    }
  },
);
