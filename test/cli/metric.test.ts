import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { metricQueries } from '../../src/capabilities/metric-queries.ts';
import { withClient } from '../../src/database/owner-connection.ts';
import { contactAttemptBody } from '../support/events.ts';
import { type Caller, cycle, startTestService } from '../support/service.ts';
import { isSuccess, pilot } from './pilot.ts';

const hasPsql = spawnSync('psql', ['--version']).status === 0;
const someone = ['--cycle', 'c', '--org', randomUUID(), '--user', randomUUID()];

t.test('metrics are listed with their queries', async (t) => {
  const listed = await pilot({}, 'metric', 'list', '--json');
  isSuccess(t, listed);
  t.equal(listed.json.metrics.length, 9);
  t.match(listed.json.metrics[0], {
    metric_id: 'M1',
    file: 'sql/metrics/m1_failed_contact_rate.sql',
    query_version: Number,
  });
  t.match((await pilot({}, 'metric', 'list')).stdout, /│ M2_P75 +│ \d+ +│ sql\/metrics\/m2_/);
});

t.test('every script holds the saved query itself, and runs', async (t) => {
  const service = await startTestService(t);
  for (const { file, header } of metricQueries) {
    const of = [file.slice(0, 2), '--cycle', cycle, '--org', service.orgA, '--user', service.owner.userId];
    const { code, stdout } = await pilot({}, 'metric', 'sql', ...of);
    t.equal(code, 0);
    const text = readFileSync(new URL(`../../sql/metrics/${file}`, import.meta.url), 'utf8');
    t.ok(stdout.includes(text.trimEnd()), file);
    const results = await withClient(service.urls.app, (client) =>
      client.query(stdout.replace(/^\\set.*\n/m, '')),
    );
    t.equal([results].flat().filter(({ command }) => command === 'SELECT').length, 2, header.query_id);
  }
});

/** The value of M1 that psql prints, which is nothing for NULL. */
async function m1InPsql(t: Test, url: string, ...of: string[]): Promise<string> {
  const printed = await pilot({}, 'metric', 'sql', 'M1', '--cycle', cycle, ...of, '--json');
  isSuccess(t, printed);
  const { stdout, stderr, status } = spawnSync('psql', ['--no-psqlrc', '--csv', url], {
    input: printed.json.script,
    encoding: 'utf8',
  });
  t.equal(stderr, '');
  t.equal(status, 0);
  const [, metric = ''] = stdout.split(/^(?=metric_id)/m);
  const [head = '', row = ''] = metric.split('\n');
  return row.split(',')[head.split(',').indexOf('value')] ?? '';
}

t.test(
  "psql gives an analyst the service's number, through the analyst's eyes",
  { skip: !hasPsql && 'no psql' },
  async (t) => {
    const { owner, ownerB, orgA, urls } = await startTestService(t);
    for (const attempt_outcome of ['no_response', 'connected', 'connected']) {
      await owner.post('/events/contact-attempt', contactAttemptBody(orgA, { attempt_outcome }));
    }
    const { body } = await owner.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: orgA });
    const number = (userId: string, ...more: string[]) =>
      m1InPsql(t, urls.app, '--org', orgA, '--user', userId, ...more);
    t.equal(Number(await number(owner.userId)), body.scorecard.m1_failed_contact_rate);
    t.ok(Math.abs(Number(await number(owner.userId)) - 1 / 3) < 1e-12);
    t.equal(await number(ownerB.userId), '', "another organisation's rows are not seen");
    t.equal(await number(owner.userId, '--window-start', '2026-04-01T00:00:00Z'), '', 'outside the window');
    t.ok(Number(await number(owner.userId, '--window-end', '2026-04-01T00:00:00Z')) > 0, 'inside the window');
  },
);

t.test(
  'without an organisation psql gives the figure of the whole cycle, as far as the user sees it',
  { skip: !hasPsql && 'no psql' },
  async (t) => {
    const { owner, ownerB, orgA, orgB, appAdmin, urls } = await startTestService(t);
    await owner.post('/events/contact-attempt', contactAttemptBody(orgA, { attempt_outcome: 'connected' }));
    await ownerB.post(
      '/events/contact-attempt',
      contactAttemptBody(orgB, { attempt_outcome: 'no_response' }),
    );
    const m1 = async ({ userId }: Caller) => Number(await m1InPsql(t, urls.app, '--user', userId));
    t.same([await m1(owner), await m1(ownerB), await m1(appAdmin)], [0, 1, 0.5]);
  },
);

t.test('values are quoted, and the moment of calculation is the end of the window, or now', async (t) => {
  const execute = async (...more: string[]) => {
    const { stdout } = await pilot({}, 'metric', 'sql', 'm2_p90', ...someone, ...more);
    return /^EXECUTE \w+ \((.*)\);$/m.exec(stdout)?.[1]?.split(', ').slice(2);
  };
  t.same(await execute(), ['NULL', 'NULL', 'now()']);
  const window = ['--window-start', '2026-03-01T00:00:00-05:00', '--window-end', '2026-03-02T00:00:00Z'];
  const bounds = ["'2026-03-01T05:00:00.000Z'", "'2026-03-02T00:00:00.000Z'"];
  t.same(await execute(...window), [...bounds, bounds[1]]);
  const asOf = ['--as-of', '2026-03-03T00:00:00Z'];
  t.same(await execute(...window, ...asOf), [...bounds, "'2026-03-03T00:00:00.000Z'"]);
});
