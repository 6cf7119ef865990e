import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { withClient } from '../../src/database/owner-connection.ts';
import { createCycle } from '../../src/database/provisioning.ts';
import { contactAttemptBody } from '../support/events.ts';
import { cycle, startTestService } from '../support/service.ts';
import { isFailure, isSuccess, pilot, preparedDatabase, settingsOf } from './pilot.ts';

const s = await startTestService(t);
const settings = settingsOf(s.urls);

/** Runs the command for organisation A; what comes later in `more` wins. */
async function baseline(t: Test, ...more: string[]) {
  const out = await mkdtemp(join(tmpdir(), 'pilot-evidence-baseline-'));
  t.teardown(() => rm(out, { recursive: true, force: true }));
  const of = ['--cycle', cycle, '--org', s.orgA, '--start', '2026-02-16', '--end', '2026-03-16'];
  return { out, ...(await pilot(settings, 'baseline', ...of, '--out', join(out, 'reports'), ...more)) };
}

const storedRuns = async () =>
  (await s.asSuperuser((client) => client.query('SELECT id FROM pilot.baseline_runs ORDER BY id'))).rows;

t.test('where nothing happened, the baseline is stored with nulls and their reason', async (t) => {
  const outcome = await baseline(t, '--json');
  isSuccess(t, outcome);
  const { metrics, warnings } = outcome.json;
  t.equal(metrics.length, 9);
  for (const metric of metrics) t.match(metric, { value: null, note: 'no_qualifying_events' });
  t.same(warnings, [
    'Without a value, because nothing qualified in the window: M1, M2_P50, M2_P75, M2_P90, M3, M4, M5, M6, M7.',
  ]);
});

t.test('the days are those of the organisation, and the last one no longer counts', async (t) => {
  // Between the two days the clocks of Toronto are set forward.
  const inside = ['2026-02-16T05:00:00.000Z', '2026-03-16T03:59:59.999Z'];
  const outside = ['2026-02-16T04:59:59.999Z', '2026-03-16T04:00:00.000Z'];
  for (const attempted_at of [...inside, ...outside]) {
    const { status } = await s.owner.post(
      '/events/contact-attempt',
      contactAttemptBody(s.orgA, { attempted_at }),
    );
    t.equal(status, 201);
  }
  const outcome = await baseline(t, '--json');
  isSuccess(t, outcome);
  t.same(outcome.json.window, {
    start_date: '2026-02-16',
    end_date: '2026-03-16',
    days: 28,
    time_zone: 'America/Toronto',
    start: inside[0],
    end: outside[1],
  });
  t.match(outcome.json.metrics[0], { metric_id: 'M1', value: 1, numerator: 2, denominator: 2 });
});

t.test(
  'the report is written twice, says what the API says, and leads psql to the same figures',
  async (t) => {
    const extra = { attempt_outcome: 'connected', attempted_at: '2026-02-20T12:00:00.000Z' };
    await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA, extra));
    const outcome = await baseline(t, '--json');
    isSuccess(t, outcome);
    const { report, ...document } = outcome.json;
    t.same(JSON.parse(await readFile(report.json, 'utf8')), document);
    t.match(
      await readFile(report.markdown, 'utf8'),
      /^# Baseline report\n[\s\S]*\| M1 \| failed contact rate \| 66\.7 % \|/,
    );
    t.same(await readdir(join(outcome.out, 'reports')), [
      `baseline-${document.baseline_run.id}.json`,
      `baseline-${document.baseline_run.id}.md`,
    ]);

    const { start, end } = document.window;
    const window = { pilot_cycle_id: cycle, org_id: s.orgA, window_start: start, window_end: end };
    const { body } = await s.owner.post('/metrics/recompute', window);
    const figures = (list: Record<string, unknown>[]) =>
      list.map(({ metric_id, value, numerator, denominator, note, quality, data_quality, query_version }) => [
        ...[metric_id, value, numerator, denominator, note, quality, data_quality, query_version],
      ]);
    t.same(figures(document.metrics), figures(body.metrics));

    const [, words = ''] = /-- (metric sql [^|]*)\|/.exec(document.reproduce) ?? [];
    const command = words
      .replace('$metric', 'M1')
      .replace('USER_ID', s.viewer.userId)
      .split(/[\s\\]+/);
    const { stdout } = await pilot({}, ...command.filter(Boolean));
    const results = await withClient(s.urls.app, (client) => client.query(stdout.replace(/^\\set.*\n/m, '')));
    const rows = [results].flat().flatMap(({ rows }) => rows);
    t.match(
      rows.find(({ metric_id }) => metric_id === 'M1'),
      { value: document.metrics[0].exact_value },
    );
  },
);

t.test('people are told where the report is, and what speaks against it', async (t) => {
  await s.asOwner((client) => createCycle(client, 'early', '2026-03-01'));
  const outcome = await baseline(t, '--start', '2026-03-02', '--cycle', 'early');
  isSuccess(t, outcome);
  const [first, markdown, json, ...warnings] = outcome.stdout.trimEnd().split('\n');
  t.match(first, /^The baseline run [0-9a-f-]{36} is stored, and reported in$/);
  t.match(markdown, /\/reports\/baseline-[0-9a-f-]{36}\.md$/);
  t.match(json, /\/reports\/baseline-[0-9a-f-]{36}\.json$/);
  t.same(warnings.slice(0, 2), [
    'Warning: The window has 14 days; four weeks (28 days) are expected.',
    'Warning: The window reaches into the pilot cycle, which begins on 2026-03-01.',
  ]);
});

t.test('what cannot be a baseline is refused, and nothing is stored', async (t) => {
  const before = await storedRuns();
  const file = join(tmpdir(), `pilot-evidence-${randomUUID()}`);
  await writeFile(file, '');
  t.teardown(() => rm(file));
  const refusals: [string[], RegExp][] = [
    [['--org', randomUUID()], /^There is no organisation with this id\.$/m],
    [['--cycle', 'unknown'], /^There is no pilot cycle with this id\.$/m],
    [['--end', '2999-01-01'], /^The window of a baseline has to be over, where the organisation is\.$/m],
    [['--end', '2026-02-16'], /^--end must be a date such as .*, after --start\.$/m],
    [['--start', '1999-12-31'], /^--start must be a date such as .*, from 2000 on\.$/m],
    [['--out', file], /^--out must be a directory that can be written to\.$/m],
  ];
  for (const [more, line] of refusals) isFailure(t, await baseline(t, ...more), line);
  t.same(await storedRuns(), before);
});

t.test('a database that is not migrated is said', async (t) => {
  const urls = await preparedDatabase(t);
  const of = ['--cycle', 'c', '--org', randomUUID(), '--start', '2026-02-16', '--end', '2026-03-16'];
  isFailure(
    t,
    await pilot(settingsOf(urls), 'baseline', ...of, '--out', tmpdir()),
    /^The database is not migrated yet\./,
  );
});
