import t, { type Test } from 'tap';
import { startServiceProcess } from '../soak/support/service-process.ts';
import { pgBouncerVersion, startPgBouncer } from '../support/pgbouncer.ts';
import { sendPooledTraffic } from '../support/pooled-traffic/traffic.ts';
import { cloneDatabase } from '../support/template-database.ts';

/** The service behind a real PgBouncer that pools transactions on one server connection (spec 4.2, 9). */
const skip = pgBouncerVersion === undefined && 'needs pgbouncer, which is not installed';

async function startBehindPgBouncer(t: Test, settings: Record<string, string>) {
  const { urls, drop } = await cloneDatabase();
  t.teardown(drop);
  const bouncer = await startPgBouncer(urls.app);
  t.teardown(() => bouncer.stop());
  const service = await startServiceProcess(bouncer.url, settings);
  t.teardown(() => service.child.kill());
  return { urls, pooledUrl: bouncer.url, service };
}

t.test('what a transaction sets ends with it, whatever becomes of the transaction', { skip }, async (t) => {
  const settings = { DB_PREPARED_STATEMENTS: 'false', STATEMENT_TIMEOUT_MS: '300' };
  const { urls, pooledUrl, service } = await startBehindPgBouncer(t, settings);
  const tally = await sendPooledTraffic({ serviceUrl: service.url, pooledUrl, urls, transactions: 300 });
  t.same(tally.findings, []);
  for (const outcome of ['committed', 'aborted', 'timed out', 'killed', 'left by its client'] as const) {
    t.not(tally.of(outcome), 0, outcome);
  }
  t.notMatch(service.lines.join('\n'), /row_level_security_alert/);
});
