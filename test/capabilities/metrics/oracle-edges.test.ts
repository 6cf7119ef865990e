import assert from 'node:assert/strict';
import t from 'tap';
import { hash } from '../../support/events.ts';
import {
  end,
  inParallel,
  iso,
  type Kind,
  type Org,
  services,
  start,
  startWorld,
  windows,
} from './oracle-world.ts';

/** The edges of the definitions with the numbers written out; every figure is compared with the oracle's besides. */
const world = await startWorld(t);
const second = 1_000;
const hour = 3_600 * second;
const { open, closed } = windows;

/** A connection some time after an anchor of its own. */
async function connect(
  org: Org,
  cycle: string,
  at: number,
  duration: number,
  anchor: Kind = 'contact-attempt',
) {
  const field = anchor === 'referral' ? 'referral_event_id' : 'contact_attempt_event_id';
  await org.record('connection', cycle, at, { [field]: await org.record(anchor, cycle, at - duration) });
}

const secondsOf = ({ M2_P50, M2_P75, M2_P90 }: Awaited<ReturnType<Org['compare']>>) =>
  [M2_P50, M2_P75, M2_P90].map((metric) => metric?.value);

t.test('a window takes the millisecond it starts with and not the one it ends with', async (t) => {
  const { a, cycle } = await world.tenants();
  const person = (at: number) => (at % 9_973).toString(16).padStart(64, '0123456789abcdef');
  const times = [end, start - 1, end - 1, start];
  for (const at of times) {
    await a.record('contact-attempt', cycle, at, { entity_key_hash: person(at) });
    for (const kind of ['referral', 'data-decay-audit', 'preference-fit'] as const)
      await a.record(kind, cycle, at);
  }
  const before = await a.record('referral', cycle, start - 400 * 24 * hour);
  for (const at of times) await a.record('connection', cycle, at, { referral_event_id: before });
  const expected = { open: 4, fromStart: 3, untilEnd: 3, closed: 2, firstMillisecond: 1, lastMillisecond: 1 };
  for (const [name, window] of Object.entries(windows)) {
    const { M4, ...others } = await a.compare(cycle, window);
    const all = expected[name as keyof typeof expected];
    for (const { metric_id, denominator } of Object.values(others)) {
      const isOldReferral = metric_id === 'M3' && (name === 'open' || name === 'untilEnd');
      t.equal(denominator, isOldReferral ? all + 1 : all, `${metric_id} ${name}`);
    }
  }
});

t.test(
  'M2 rounds each duration to whole seconds, half away from zero, before it takes percentiles',
  async (t) => {
    for (const [duration, seconds] of [
      [0, 0],
      [499, 0],
      [500, 1],
      [1_499, 1],
      [1_500, 2],
      [2_500, 3],
      [86_399_500, 86_400],
    ] as const) {
      const { a, cycle } = await world.tenants();
      await connect(a, cycle, start, duration);
      t.same(secondsOf(await a.compare(cycle, closed)), [seconds, seconds, seconds], `${duration} ms`);
    }
  },
);

t.test('M2 interpolates linearly between both kinds of anchor, wherever the anchors lie', async (t) => {
  const { a, b, cycle, otherCycle } = await world.tenants();
  const durations = [400_000, 100_000, 100_000_000, 200_000, 300_000];
  for (const [index, duration] of durations.entries()) {
    await connect(a, cycle, start + index, duration, index % 2 ? 'referral' : 'contact-attempt');
    await connect(b, cycle, start + index, duration * 7, index % 2 ? 'contact-attempt' : 'referral');
    await connect(a, otherCycle, start + index, duration * 5);
  }
  t.same(secondsOf(await a.compare(cycle, closed)), [300, 400, 60_160]);
  await connect(a, cycle, end - 1, 0);
  t.same(secondsOf(await a.compare(cycle, closed)), [250, 375, 50_200]);
  const same = await world.tenants();
  await inParallel(4, [7, 7, 7, 7], () => connect(same.a, same.cycle, start, 7 * second));
  t.same(secondsOf(await same.a.compare(same.cycle, closed)), [7, 7, 7]);
});

t.test('M2 leaves out and counts negative durations, which cannot come through the API', async (t) => {
  const { a, cycle } = await world.tenants();
  await inParallel(4, Array(9).fill(8 * second), (duration) => connect(a, cycle, start, duration));
  const negatives = (count: number) =>
    world.service.asSuperuser(async (client) => {
      await client.query("SET pilot.service_version = 'test'");
      const anchor = await a.record('contact-attempt', cycle, start + 2 * second);
      for (let made = 0; made < count; made += 1) {
        const body = a.body('connection', cycle, start, { contact_attempt_event_id: anchor });
        world.oracle.post('/events/connection', body);
        await client.query(
          `INSERT INTO pilot.pilot_connection_events
             (org_id, id, pilot_cycle_id, service_id, contact_attempt_event_id, connected_at)
           VALUES ($1, $2, $3, $4, $5, $6)`,
          [a.id, body.id, cycle, services[0], anchor, iso(start)],
        );
      }
    });
  await negatives(1);
  const nine = await a.compare(cycle, closed);
  t.match(nine.M2_P50, { value: 8, denominator: 9, quality: 'ok', data_quality: { rows_read: 10 } });
  await negatives(1);
  t.match((await a.compare(cycle, closed)).M2_P90, {
    value: 8,
    denominator: 9,
    quality: 'below_minimum',
    data_quality: { rows_read: 11, excluded: { negative_duration: 2 } },
  });
});

t.test('M3 takes the state at the time of calculation, and says what it was before', async (t) => {
  const { a, cycle } = await world.tenants();
  const id = await a.record('referral', cycle, end - 1);
  await a.record('referral', cycle, start);
  const { M3: before } = await a.compare(cycle, closed);
  t.match(before, { value: 0, numerator: 0, denominator: 2, previous: null });
  const updated_at = iso(end + hour);
  await a.send({
    method: 'patch',
    path: `/events/referral/${id}`,
    body: { source_org_id: a.id, referral_state: 'client_withdrew', updated_at, terminal_at: updated_at },
  });
  const { M3: after } = await a.compare(cycle, closed);
  t.match(after, { value: 0.5, numerator: 1, previous: { value: 0, calculated_at: iso(world.now) } });
  t.match(await a.compare(cycle, open), { M3: { value: 0.5, previous: null } });
});

t.test('M4 limits are inclusive to the millisecond, across a change of the clocks', async (t) => {
  const hours = { crisis: 24, high_demand: 48, standard: 168 };
  for (const [window, asOf] of [[closed, end] as const, [open, world.now] as const]) {
    for (const [tier, limit] of Object.entries(hours)) {
      const { a, b, cycle, otherCycle } = await world.tenants();
      const compliant = async () => (await a.compare(cycle, window)).M4?.numerator;
      const check = (age: number, of: Org = a, inCycle = cycle, service_id = services[0]) =>
        of.record('service-status', inCycle, asOf - age, { service_id });
      await a.scope(cycle, services[0], tier);
      t.equal(await compliant(), 0, `${tier} never checked`);
      await check(-1);
      await check(0, a, cycle, services[1]);
      await check(0, a, otherCycle);
      await check(0, b);
      t.equal(await compliant(), 0, `${tier} checked later, elsewhere or by others`);
      await check(limit * hour + 1);
      t.equal(await compliant(), 0, `${tier} a millisecond too old`);
      await check(limit * hour);
      t.equal(await compliant(), 1, `${tier} exactly at the limit`);
      await check(limit * hour + 5);
      t.equal(await compliant(), 1, `${tier} and an older check that came later`);
    }
  }
});

t.test('M4 goes by the tier of now, and counts every service in scope', async (t) => {
  const { a, cycle } = await world.tenants();
  for (const service of services.slice(0, 4)) await a.scope(cycle, service, 'standard');
  for (const [index, age] of [24, 25, 0].entries()) {
    await a.record('service-status', cycle, end - age * hour, { service_id: services[index] });
  }
  t.match((await a.compare(cycle, closed)).M4, { numerator: 3, denominator: 4, value: 0.75, quality: 'ok' });
  for (const service of services.slice(0, 3)) await a.scope(cycle, service, 'crisis');
  t.match((await a.compare(cycle, closed)).M4, { numerator: 2, denominator: 4, value: 0.5 });
});

t.test('M5 takes hashes that differ in letter case for one person, and needs two failures', async (t) => {
  const { a, b, cycle, otherCycle } = await world.tenants();
  const attempt = (org: Org, inCycle: string, entity_key_hash: string, attempt_outcome = 'no_response') =>
    org.record('contact-attempt', inCycle, start, { entity_key_hash, attempt_outcome });
  await attempt(a, cycle, hash);
  await attempt(a, cycle, hash.toUpperCase(), 'connected');
  await attempt(a, otherCycle, hash);
  await attempt(b, cycle, hash);
  t.match((await a.compare(cycle, open)).M5, { numerator: 0, denominator: 1 });
  await attempt(a, cycle, hash.toUpperCase(), 'intake_unavailable');
  t.match((await a.compare(cycle, open)).M5, { numerator: 1, denominator: 1, value: 1 });
  await attempt(a, cycle, hash.replace('a', 'b'), 'connected');
  t.match((await a.compare(cycle, open)).M5, { numerator: 1, denominator: 2, value: 0.5 });
  t.match(await b.compare(cycle, open), { M5: { numerator: 0, denominator: 1 }, M1: { denominator: 1 } });
});

t.test('M6 is good evidence from twenty records on, all of them seen by two sources', async (t) => {
  const { a, cycle } = await world.tenants();
  const audit = (verification_mode: string) =>
    a.record('data-decay-audit', cycle, start, { verification_mode });
  for (let made = 0; made < 19; made += 1) await audit(made % 2 ? 'web_plus_call' : 'provider_confirmation');
  t.match((await a.compare(cycle, closed)).M6, { quality: 'below_minimum', value: 0 });
  await audit('web_plus_call');
  t.match((await a.compare(cycle, closed)).M6, {
    quality: 'ok',
    data_quality: { rows_read: 20, measure: { sampled_records: 20, dual_source_verification: 1 } },
  });
  await audit('web_only');
  t.match((await a.compare(cycle, closed)).M6, { quality: 'below_minimum', denominator: 21 });
});

t.test('nothing at all is null with a note, and nine snapshots all the same', async (t) => {
  const { a, b, cycle } = await world.tenants();
  await connect(b, cycle, start, second);
  for (const window of [open, closed]) {
    const figures = Object.values(await a.compare(cycle, window));
    t.equal(figures.length, 9);
    for (const figure of figures) {
      t.match(figure, { value: null, denominator: 0, note: 'no_qualifying_events', quality: 'no_data' });
      t.equal(figure.numerator, figure.unit === 'seconds' ? null : 0);
    }
  }
  const { rows } = await world.service.asSuperuser((client) =>
    client.query('SELECT value, note FROM pilot.pilot_metric_snapshots WHERE org_id = $1', [a.id]),
  );
  assert.deepEqual(rows, Array(18).fill({ value: null, note: 'no_qualifying_events' }));
});
