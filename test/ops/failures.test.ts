import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { startOnCuttableLine } from '../plugins/support/cuttable-proxy.ts';
import { moveClockAhead } from '../plugins/support/time-travel.ts';
import { contactAttemptBody } from '../support/events.ts';
import { cycle, startTestService } from '../support/service.ts';
import type { Exposition } from './support/exposition.ts';
import { growth, observe } from './support/observe.ts';
import { watchedBy } from './support/rules.ts';

const manual = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

/** The service is made to fail, and the very series that the alerts watch are seen to move. */

/** Asserts that something of what an alert watches has changed. */
function moves(t: Test, alert: string, [before, after]: readonly [Exposition, Exposition]): void {
  t.not(watchedBy(alert, before).length, 0, `${alert}: what it watches was there before`);
  t.notSame(watchedBy(alert, after), watchedBy(alert, before), `${alert}: what it watches has moved`);
}

/** Resolves with the first exposition in which the readiness has this state; the check remembers its answer for a second. */
async function whenReadinessIs(state: string, scrape: () => Promise<Exposition>): Promise<Exposition> {
  for (;;) {
    const seen = await scrape();
    if (seen.sum('pilot_readiness', { state }) === 1) return seen;
  }
}

t.test('with the database away, the series of the alerts about it move, and go back', async (t) => {
  const { service, line } = await startOnCuttableLine(t);
  const scrape = await observe(t, service.app);
  const attempt = () => service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA));
  const recompute = () =>
    service.owner.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: service.orgA });
  t.equal((await attempt()).status, 201);
  t.equal((await recompute()).status, 200);
  const before = await scrape();
  const closed = { breaker: 'contact-attempt', state: 'closed' };
  t.equal(before.sum('pilot_breaker_state', closed), 1);
  t.equal(before.sum('pilot_readiness', { state: 'ready' }), 1);

  line.cut();
  for (let sent = 0; sent < 7; sent += 1) t.equal((await attempt()).status, 503);
  for (let sent = 0; sent < 2; sent += 1) t.equal((await recompute()).status, 503);
  const away = await whenReadinessIs('database_away', scrape);
  for (const alert of ['PilotServerErrors', 'PilotBreakerOpen', 'PilotRecomputeFailing', 'PilotNotReady'])
    moves(t, alert, [before, away]);
  t.equal(away.sum('pilot_breaker_state', closed), 0);
  t.equal(away.sum('pilot_breaker_state', { ...closed, state: 'open' }), 1);
  t.equal(growth([before, away], 'pilot_breaker_openings_total', { breaker: 'contact-attempt' }), 1);
  const refusals = { breaker: 'contact-attempt', reason: 'breaker_open' };
  t.equal(growth([before, away], 'pilot_storage_refusals_total', refusals), 2);
  t.equal(growth([before, away], 'pilot_recompute_duration_seconds_count', { result: 'failed' }), 2);
  const last = (what: string) => away.sum(`pilot_recompute_last_${what}_timestamp_seconds`) ?? 0;
  t.ok(last('failure') >= last('success'));
  t.equal(away.sum('pilot_readiness', { state: 'ready' }), 0);
  t.ok(growth([before, away], 'pilot_log_errors_total', { event: 'breaker_opened' }) >= 1);

  await line.restore();
  moveClockAhead(t, 2_000);
  t.equal((await attempt()).status, 201);
  const back = await whenReadinessIs('ready', scrape);
  t.equal(back.sum('pilot_breaker_state', closed), 1);
});

t.test('a readiness that is lost because tables or migrations are missing is named', async (t) => {
  const service = await startTestService(t);
  const scrape = await observe(t, service.app);
  await service.asOwner((client) =>
    client.query('ALTER TABLE pilot.pilot_preference_fit_events RENAME TO elsewhere'),
  );
  t.equal((await scrape()).sum('pilot_readiness', { state: 'tables_missing' }), 1);
  await service.asSuperuser((client) =>
    client.query(
      'DELETE FROM pilot.schema_migrations WHERE version = (SELECT max(version) FROM pilot.schema_migrations)',
    ),
  );
  const seen = await whenReadinessIs('migrations_pending', scrape);
  t.equal(seen.sum('pilot_migrations', { state: 'pending' }), 1);
  service.app.announceStop();
  t.equal((await scrape()).sum('pilot_readiness', { state: 'stopping' }), 1);
});

t.test(
  'what is refused for its shape moves the series of the alert about it, alone and in batches',
  async (t) => {
    const service = await startTestService(t);
    const scrape = await observe(t, service.app);
    const start = await scrape();
    await service.send('GET', '//%ff');
    await service.owner.get('/metrics/scorecard?notes=1');
    const before = await scrape();
    t.same(watchedBy('PilotSchemaRejections', before), watchedBy('PilotSchemaRejections', start), 'no reads');
    moves(t, 'PilotPrivacyKeys', [start, before]);
    await service.owner.post('/events/contact-attempt', {});
    const after = await scrape();
    moves(t, 'PilotSchemaRejections', [before, after]);
    await service.owner.post('/events/batch', { events: [{ kind: 'referral', id: randomUUID() }] });
    moves(t, 'PilotSchemaRejections', [after, await scrape()]);
  },
);

t.test('an event that is recorded moves the series of the alert about silence', async (t) => {
  const service = await startTestService(t);
  const scrape = await observe(t, service.app);
  const before = await scrape();
  await service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA));
  moves(t, 'PilotIntakeSilent', [before, await scrape()]);
});

t.test('a pool whose connections are all held, and the work that is turned away, are seen', async (t) => {
  const service = await startTestService(t, { config: { poolMax: 2, statementTimeoutMs: 1_000 } });
  const scrape = await observe(t, service.app);
  await service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA));
  const before = await scrape();
  await service.asSuperuser(async (client) => {
    await client.query('BEGIN; LOCK TABLE pilot.pilot_contact_attempt_events');
    const { rows: holders } = await client.query('SELECT pg_backend_pid() AS pid');
    const held = Array.from({ length: 600 }, () =>
      service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA)),
    );
    const full = { pool: 'shared', state: 'in_use' };
    while ((await scrape()).sum('pilot_db_pool_connections', full) !== 2);
    const seen = await scrape();
    t.equal(seen.sum('pilot_db_pool_connections_max', { pool: 'shared' }), 2);
    moves(t, 'PilotPoolExhausted', [before, seen]);
    t.equal(seen.sum('pilot_readiness', { state: 'ready' }), 1, 'the probe has its own connection');
    const [, whoWaits = ''] = manual.match(/```sql\n(SELECT pid, usename, [^`]+)```/) ?? [];
    const { pid } = holders[0];
    const isHeld = (row: { usename: string; waits_for: number[] }) =>
      row.usename === 'pilot_app' && row.waits_for.includes(pid);
    await service.asSuperuser(async (other) => {
      let rows = [];
      while (!rows.some(isHeld)) ({ rows } = await other.query(whoWaits));
      t.match(
        rows.find((row) => row.pid === pid),
        { state: 'idle in transaction', waits_for: [] },
        'the query in the manual shows who holds the others',
      );
    });
    await Promise.all(held);
    await client.query('ROLLBACK');
  });
  const after = await scrape();
  const refused = { breaker: 'contact-attempt', reason: 'no_room' };
  t.ok(growth([before, after], 'pilot_storage_refusals_total', refused) > 0);
});

t.test('a policy that refuses what the permission check let through is counted', async (t) => {
  const service = await startTestService(t);
  const scrape = await observe(t, service.app);
  await service.asOwner((client) =>
    client.query('REVOKE INSERT ON pilot.pilot_contact_attempt_events FROM pilot_app'),
  );
  const before = await scrape();
  t.equal(
    (await service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA))).status,
    500,
  );
  const after = await scrape();
  moves(t, 'PilotRowLevelSecurity', [before, after]);
  const event = { kind: 'contact-attempt', id: randomUUID(), ...contactAttemptBody(service.orgA) };
  t.equal((await service.owner.post('/events/batch', { events: [event] })).status, 200);
  moves(t, 'PilotBatchFailures', [after, await scrape()]);
});
