import { readFile } from 'node:fs/promises';
import { withClient } from '../../src/database/owner-connection.ts';
import { pgBouncerVersion, startPgBouncer } from '../support/pgbouncer.ts';
import { sendPooledTraffic } from '../support/pooled-traffic/traffic.ts';
import type { Figure, Scenario } from './scenario.ts';
import { type Cluster, withCluster } from './support/cluster.ts';
import { startServiceProcess } from './support/service-process.ts';

const promise = 'context never outlives its transaction';

/** Session variables and limits end with their transaction, on the one server connection of a real PgBouncer. */
export const pgbouncer: Scenario = {
  name: 'pgbouncer',
  async run({ short }) {
    if (pgBouncerVersion === undefined)
      return [{ promise, figure: 'pgbouncer is not installed', pass: false }];
    return withCluster(async (cluster) => [await measure(cluster, short ? 500 : 5_000)]);
  },
};

async function measure({ urls, logFile }: Cluster, transactions: number): Promise<Figure> {
  // The role keeps its warnings out of the log (sql/roles.sql); here they are what is looked for.
  await withClient(urls.superuser, (client) =>
    client.query("ALTER ROLE pilot_app SET log_min_messages = 'warning'"),
  );
  const bouncer = await startPgBouncer(urls.app);
  const settings = { DB_PREPARED_STATEMENTS: 'false', STATEMENT_TIMEOUT_MS: '300' };
  const service = await startServiceProcess(bouncer.url, settings).catch(async (error: unknown) => {
    await bouncer.stop();
    throw error;
  });
  try {
    const tally = await sendPooledTraffic({
      serviceUrl: service.url,
      pooledUrl: bouncer.url,
      urls,
      transactions,
    });
    for (const { kind, what } of tally.findings) console.error(`${kind}: ${what}`);
    const log = await readFile(logFile, 'utf8');
    const warnings = log.match(/WARNING: .* transaction in progress/g) ?? [];
    const alerts = service.lines.filter((line) => line.includes('row_level_security_alert'));
    const dirty = tally.findings.filter(({ kind }) => kind === 'dirty').length + warnings.length;
    const leaks = tally.findings.filter(({ kind }) => kind === 'leak').length + alerts.length;
    const ended = `${tally.total} transactions through PgBouncer ${pgBouncerVersion} (${tally.words})`;
    return { promise, figure: `${ended}: ${leaks} leaks, ${dirty} dirty`, pass: leaks + dirty === 0 };
  } finally {
    service.child.kill('SIGKILL');
    await service.exited;
    await bouncer.stop();
  }
}
