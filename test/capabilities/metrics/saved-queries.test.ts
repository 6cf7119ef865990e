import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { withClient } from '../../../src/database/owner-connection.ts';
import { Fraction, type Window } from './oracle.ts';
import { end, iso, type Org, services, start, startWorld, windows } from './oracle-world.ts';

/** The files in sql/metrics by themselves: what an analyst runs is what the service ran. */
const directory = new URL('../../../sql/metrics/', import.meta.url);
const queries = readdirSync(directory).map((file) => {
  const text = readFileSync(new URL(file, directory), 'utf8');
  const header: Record<string, string> = {};
  for (const line of text.slice(0, text.indexOf('\n--\n')).split('\n')) {
    const [, name, value = ''] = /^-- (\w+): (.+)$/.exec(line) ?? [];
    if (name) header[name] = value;
  }
  return { file, text, header };
});

const world = await startWorld(t);
const { a, b, cycle } = await world.tenants();
for (const at of [start - 1, start, start + 1_000, end - 1, end]) {
  await a.record('data-decay-audit', cycle, at);
  await a.record('preference-fit', cycle, at, { preferred_via_careconnect: at === start });
  await b.record('preference-fit', cycle, at);
  const anchor = await a.record('contact-attempt', cycle, at - 1_234_567);
  await a.record('connection', cycle, at, { contact_attempt_event_id: anchor });
}
const longAgo = await a.record('referral', cycle, start - 8_640_012_000);
await a.record('connection', cycle, end - 2, { referral_event_id: longAgo });
for (const at of [start, start, end - 1]) await a.record('referral', cycle, at);
for (const service of services.slice(0, 3)) await a.scope(cycle, service, 'standard');
await a.record('service-status', cycle, end - 7 * 24 * 3_600_000);

/** The rows of a saved query, run as `pilot_app` by somebody who lives in Toronto and cannot write. */
function run(text: string, window: Window, userId: string | undefined, org: Org = a) {
  return withClient(world.service.urls.app, async (client) => {
    await client.query("BEGIN READ ONLY; SET LOCAL TimeZone = 'America/Toronto'");
    if (userId) await client.query("SELECT set_config('pilot.user_id', $1, true)", [userId]);
    const { window_start = null, window_end = null } = window;
    const asOf = window_end ?? iso(world.now);
    const { rows } = await client.query(text, [cycle, org.id, window_start, window_end, asOf]);
    await client.query('COMMIT');
    return rows;
  });
}

const entries = [
  ...['query_id', 'query_version', 'owner', 'last_updated', 'name', 'meaning', 'formula', 'reads', 'window'],
  ...['unit', 'better', 'excluded', 'minimum', 'freshness', 'limitations'],
];

t.test('every file says what it is and what it reads', async (t) => {
  t.equal(queries.length, 7);
  for (const { file, text, header } of queries) {
    t.same(
      Object.keys(header),
      'excluded' in header ? entries : entries.filter((name) => name !== 'excluded'),
      file,
    );
    t.match(header, { query_version: /^[1-9]\d*$/, owner: /\S/, last_updated: /^\d{4}-\d\d-\d\d$/ });
    t.equal(`${header.query_id}.sql`, file);
    const tables = [...text.matchAll(/pilot\.(\w+)/g)].map(([, table]) => table);
    const said = [...(header.reads ?? '').matchAll(/(\w+) \(/g)].map(([, table]) => table);
    t.same(new Set(said), new Set(tables), `${file} names its tables`);
    t.notMatch(text.replace(/--.*/g, ''), /;/, `${file} is one statement`);
  }
});

t.test('every query gives in a read-only transaction what the API gives', async () => {
  for (const window of Object.values(windows)) {
    const figures = Object.values(await a.compare(cycle, window));
    const rows = await Promise.all(queries.map(({ text }) => run(text, window, world.service.owner.userId)));
    const number = (value: string | null) => (value === null ? null : Number(value));
    assert.deepEqual(
      rows.flat().map((row) => ({
        metric_id: row.metric_id,
        value: number(row.value),
        numerator: number(row.numerator),
        denominator: number(row.denominator),
        rows_read: number(row.rows_read),
        as_of: iso(row.as_of),
      })),
      figures.map(({ metric_id, value, numerator, denominator, data_quality }) => ({
        metric_id,
        value,
        numerator,
        denominator,
        rows_read: data_quality.rows_read,
        as_of: window === windows.open ? iso(world.now) : (Object(window).window_end ?? iso(world.now)),
      })),
    );
  }
});

t.test('nobody sees anything without the session variable, nor of an organisation of others', async (t) => {
  const { owner, ownerB } = world.service;
  for (const { file, text } of queries) {
    for (const rows of [
      await run(text, {}, undefined),
      await run(text, {}, ownerB.userId),
      await run(text, {}, owner.userId, b),
    ]) {
      for (const row of rows) t.same([row.rows_read, row.denominator, row.value], ['0', '0', null], file);
    }
  }
});

t.test('nine snapshot rows name their query and keep every digit', async (t) => {
  await a.compare(cycle, windows.closed);
  const { rows } = await world.service.asSuperuser((client) =>
    client.query(
      `SELECT metric_id, value::text, numerator, denominator, recompute_id, query_id, query_version, service_version
       FROM pilot.pilot_metric_snapshots
       WHERE org_id = $1 AND window_start = $2 AND window_end = $3
       ORDER BY recompute_id DESC, metric_id LIMIT 9`,
      [a.id, iso(start), iso(end)],
    ),
  );
  t.equal(new Set(rows.map(({ recompute_id }) => recompute_id)).size, 1);
  const expected = world.oracle.figures(a.id, cycle, windows.closed, world.now);
  for (const row of rows) {
    const query = queries.find(({ file }) => file.startsWith(`${row.metric_id.slice(0, 2).toLowerCase()}_`));
    const { query_id, query_version } = query?.header ?? {};
    t.same([row.query_id, String(row.query_version)], [query_id, query_version], row.metric_id);
    t.ok(row.service_version);
    const value = expected.find(({ metric_id }) => metric_id === row.metric_id)?.value;
    const relative =
      value?.above === 0n ? 0 : accuracy(Fraction.ofDecimal(row.value), value ?? new Fraction(0));
    t.ok(relative < 1e-15, `${row.metric_id} is ${row.value}`);
  }
  t.match(rows.find(({ metric_id }) => metric_id === 'M7')?.value, /^0\.3{16,}$/);
});

/** How far a decimal is from a fraction, relative to it. */
function accuracy(decimal: Fraction, { above, below }: Fraction): number {
  const difference = decimal.above * below - above * decimal.below;
  return Math.abs(Number(difference)) / (Number(above) * Number(decimal.below));
}
