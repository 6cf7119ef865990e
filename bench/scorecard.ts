import { readFileSync } from 'node:fs';
import { metricIds } from '../src/capabilities/metric-queries.ts';
import { cycle } from '../test/support/service.ts';
import { type Benchmark, type BenchOptions, median, type Row, rate } from './benchmark.ts';
import { openTransaction } from './support/floor.ts';
import { pgbench } from './support/pgbench.ts';
import { recompute } from './support/recompute.ts';
import { inSetting, type Setting } from './support/setting.ts';
import { loadEvents } from './support/stored-events.ts';
import { wrk } from './support/wrk.ts';

const connections = 16;
const openBound = '(NULL::timestamptz)';
const parameters = [':org_id', ':cycle_id', openBound, openBound, ':metric_ids', openBound];

/** Reading the scorecard, beside the same statements sent by pgbench. */
export const scorecard: Benchmark = {
  name: 'scorecard',
  run: (options) => inSetting((setting) => measure(setting, options)),
};

async function measure(setting: Setting, { seconds, rounds }: BenchOptions): Promise<Row[]> {
  const { cluster, member, api } = setting;
  const { orgId, userId, token } = member;
  await loadEvents(cluster.urls.superuser, orgId, 10_000);
  // Twice, so that there is a snapshot before the latest.
  await recompute(setting, member);
  await recompute(setting, member);

  const url = api(`/metrics/scorecard?pilot_cycle_id=${cycle}&org_id=${orgId}`);
  const readByService = async () => (await wrk({ url, token }, { connections, seconds })).perSecond;
  const variables = {
    user_id: userId,
    org_id: orgId,
    cycle_id: cycle,
    metric_ids: `{${metricIds.join(',')}}`,
  };
  const statements = [
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    openTransaction,
    readAccess,
    ofService('read-latest-snapshots.sql'),
    ofService('read-stored-baseline.sql'),
    'COMMIT',
  ];
  const readByPgbench = () => {
    const load = { clients: connections, seconds };
    return pgbench(cluster.urls.app, { statements, variables }, load);
  };

  const floor: number[] = [];
  const service: number[] = [];
  await readByPgbench();
  await readByService();
  for (let round = 0; round < rounds; round++) {
    floor.push(await readByPgbench());
    service.push(await readByService());
  }
  return [
    {
      what: `scorecard at ${connections} connections over the same read by pgbench`,
      figure: `${rate(median(service))} over ${rate(median(floor))}`,
      value: median(service) / median(floor),
      target: { atLeast: 0.6 },
    },
  ];
}

const readAccess = `
SELECT
  EXISTS (SELECT FROM pilot.organizations WHERE id = :org_id),
  (SELECT role FROM pilot.organization_members WHERE org_id = :org_id AND user_id = :user_id),
  pilot.is_app_admin()`;

/** A statement of the service, with its parameters as pgbench names them; NULL stands for an open bound. */
function ofService(file: string): string {
  const text = readFileSync(new URL(`../src/capabilities/metrics/${file}`, import.meta.url), 'utf8');
  return text.replace(/\$(\d)/g, (_, position: string) => parameters[Number(position) - 1] ?? 'NULL');
}
