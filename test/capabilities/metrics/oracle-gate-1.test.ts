import fc from 'fast-check';
import t from 'tap';
import { inParallel, type Org, services, start, startWorld, windows } from './oracle-world.ts';

/** Gate 1 is compared exactly: what equals its threshold passes, and the least bit beyond it does not. */
const world = await startWorld(t);

/** Numerators and denominators, and durations in whole seconds, which need an attempt to start from. */
interface Wanted {
  m1: [number, number];
  m3: [number, number];
  m4: [number, number];
  m6: [number, number];
  seconds: number[];
}

/** A new organisation with these figures, already computed. */
async function measured({ m1, m3, m4, m6, seconds }: Wanted): Promise<{ org: Org; cycle: string }> {
  const { a: org, cycle } = await world.tenants();
  const each = ([yes, all]: [number, number], record: (counts: boolean, index: number) => Promise<unknown>) =>
    inParallel(6, Array(all).keys(), (index) => record(index < yes, index));
  let anchor = '';
  await each(m1, async (yes) => {
    const attempt_outcome = yes ? 'no_response' : 'connected';
    anchor = await org.record('contact-attempt', cycle, start, { attempt_outcome });
  });
  const terminal_at = new Date(start).toISOString();
  await each(m3, (yes) =>
    org.record('referral', cycle, start, yes ? { referral_state: 'connected', terminal_at } : {}),
  );
  await each(m4, async (yes, index) => {
    await org.scope(cycle, services[index], 'crisis');
    if (yes) await org.record('service-status', cycle, world.now, { service_id: services[index] });
  });
  const fatal = { is_fatal: true, fatal_error_category: 'wrong_or_disconnected_phone' };
  await each(m6, (yes) => org.record('data-decay-audit', cycle, start, yes ? fatal : {}));
  for (const after of m1[1] > 0 ? seconds : []) {
    await org.record('connection', cycle, start + after * 1_000, { contact_attempt_event_id: anchor });
  }
  await org.compare(cycle, windows.open);
  return { org, cycle };
}

/** 0.1 * 0.7 is less than 0.07 in floating point. */
const atThresholds: Wanted = { m1: [7, 100], m3: [1, 2], m4: [7, 10], m6: [1, 10], seconds: [1, 3, 8] };

t.test('figures equal to their thresholds pass, and one miss or two lead to other decisions', async (t) => {
  const { org, cycle } = await measured(atThresholds);
  const judge = (rate: string, p50: string) => org.compareGate(cycle, windows.open, rate, p50);
  t.match(await judge('0.1', '4'), { passed_all: true, decision: 'proceed' });
  t.match(await judge('0.100000000000000', '4.000000000000000'), { passed_all: true });
  t.match(await judge('0.099999999999999', '4'), {
    checks: [{ metric_id: 'M1', pass: false, reason: 'above_threshold' }],
    passed_all: false,
    decision: 'iterate_one_more_cycle',
  });
  t.match(await judge('0.1', '3.999999999999999'), { decision: 'iterate_one_more_cycle' });
  t.match(await judge('0.099999999999999', '3.999999999999999'), { decision: 'kill_weakest_and_rerun' });
});

t.test('each fixed threshold is missed by what is just beyond it', async (t) => {
  const beyond: [string, Partial<Wanted>][] = [
    ['M4', { m4: [2, 3] }],
    ['M3', { m3: [4, 9] }],
    ['M6', { m6: [1, 9] }],
  ];
  for (const [metric_id, changed] of beyond) {
    const { org, cycle } = await measured({ ...atThresholds, ...changed });
    const { checks, decision } = await org.compareGate(cycle, windows.open, '0.1', '4');
    const missed = checks.filter(({ pass }: { pass: boolean }) => !pass);
    t.match(missed, [{ metric_id, reason: metric_id === 'M6' ? 'above_threshold' : 'below_threshold' }]);
    t.equal(missed.length, 1);
    t.equal(decision, 'iterate_one_more_cycle');
  }
});

t.test('a figure that was not measured and a baseline of zero do not pass', async (t) => {
  const none: Wanted = { m1: [0, 0], m3: [0, 0], m4: [0, 0], m6: [0, 0], seconds: [] };
  const empty = await measured(none);
  const { checks, decision } = await empty.org.compareGate(empty.cycle, windows.open, '0.5', '60');
  for (const check of checks) t.match(check, { measured: null, pass: false, reason: 'not_measured' });
  t.equal(decision, 'kill_weakest_and_rerun');
  const { org, cycle } = await measured({ ...atThresholds, m1: [0, 5] });
  const zero = await org.compareGate(cycle, windows.open, '0', '4');
  t.match(zero.checks[0], { measured: 0, baseline: 0, pass: false, reason: 'baseline_is_zero' });
  t.equal(zero.decision, 'iterate_one_more_cycle');
});

/** The two decimals of fifteen digits next to a fraction. */
function neighbours(above: number, below: number): string[] {
  const floor = (BigInt(above) * 10n ** 15n) / BigInt(below);
  return [floor, floor + 1n].map((units) => {
    const digits = String(units).padStart(16, '0');
    return `${digits.slice(0, -15)}.${digits.slice(-15)}`;
  });
}

t.test('random figures against baselines on both sides of the threshold', async () => {
  const figure = (most: number): fc.Arbitrary<[number, number]> =>
    fc.nat(most).chain((all) => fc.nat(all).map((yes): [number, number] => [yes, all]));
  const wanted: fc.Arbitrary<Wanted> = fc.record({
    m1: figure(30),
    m3: figure(6),
    m4: figure(10),
    m6: figure(12),
    seconds: fc.array(fc.nat(5_000), { maxLength: 4 }),
  });
  const property = fc.asyncProperty(wanted, fc.nat(100), async (figures, percent) => {
    const { org, cycle } = await measured(figures);
    const [yes, all] = figures.m1;
    const rates = [percent === 100 ? '1' : `0.${String(percent).padStart(2, '0')}`];
    if (all > 0) rates.push(...neighbours(yes * 10, all * 7).filter((rate) => Number(rate) < 1));
    const sorted = figures.seconds.toSorted((a, b) => a - b);
    const middle = (sorted.length - 1) / 2;
    const doubled = (sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0);
    const p50s = ['1', ...neighbours(doubled * 2, 3).filter((p50) => Number(p50) > 0)];
    for (const [index, rate] of rates.entries()) {
      await org.compareGate(cycle, windows.open, rate, p50s[index] ?? '1');
    }
  });
  await fc.assert(property, { numRuns: 12 });
});
