import t from 'tap';
import { startTestService } from '../support/service.ts';

t.test('a service with its database is alive and ready, and asks nobody for a token', async (t) => {
  const { send } = await startTestService(t);
  t.match(await send('GET', '//healthz'), { status: 200, text: '{"status":"ok"}' });
  t.match(await send('GET', '//readyz'), { status: 200, text: '{"status":"ready"}' });
});

t.test('without its database it is alive and not ready', async (t) => {
  const { send, log } = await startTestService(t, {
    config: { databaseUrl: 'postgresql://pilot_app:hush@127.0.0.1:1/nowhere' },
  });
  t.equal((await send('GET', '//healthz')).status, 200);
  const answer = await send('GET', '//readyz');
  t.equal(answer.status, 503);
  t.same(answer.body, { status: 'not_ready', reason: 'database_away' });
  t.equal(answer.headers.get('retry-after'), '1');
  t.notMatch(log(), /hush|nowhere/);
});

t.test(
  'with a migration that was not applied it is not ready, and becomes so a second after it was',
  async (t) => {
    const { send, asSuperuser } = await startTestService(t);
    await asSuperuser((client) =>
      client.query(`
      CREATE TABLE pilot.kept AS SELECT * FROM pilot.schema_migrations WHERE version = 10;
      DELETE FROM pilot.schema_migrations WHERE version = 10;
    `),
    );
    t.match(await send('GET', '//readyz'), { status: 503, body: { reason: 'migrations_pending' } });
    await asSuperuser((client) =>
      client.query('INSERT INTO pilot.schema_migrations SELECT * FROM pilot.kept; DROP TABLE pilot.kept;'),
    );
    const { now } = performance;
    performance.now = () => now.call(performance) + 1_500;
    t.teardown(() => {
      performance.now = now;
    });
    t.equal((await send('GET', '//readyz')).status, 200);
  },
);

t.test('a missing table makes it not ready', async (t) => {
  const service = await startTestService(t);
  await service.asSuperuser((client) => client.query('DROP TABLE pilot.pilot_preference_fit_events'));
  t.match(await service.send('GET', '//readyz'), {
    status: 503,
    body: { status: 'not_ready', reason: 'tables_missing' },
  });
});

t.test('a service that is stopping is alive and not ready, and still answers', async (t) => {
  const { send, app, owner } = await startTestService(t);
  app.announceStop();
  t.equal((await send('GET', '//healthz')).status, 200);
  t.match(await send('GET', '//readyz'), { status: 503, body: { status: 'not_ready', reason: 'stopping' } });
  t.equal((await owner.get('/nothing')).status, 404);
});

t.test('readiness has a connection of its own, which traffic cannot take', async (t) => {
  const { send, owner, orgA, asSuperuser } = await startTestService(t, { config: { poolMax: 1 } });
  const body = { pilot_cycle_id: 'cycle-a', org_id: orgA };
  await asSuperuser(async (client) => {
    await client.query('BEGIN; LOCK TABLE pilot.pilot_metric_snapshots');
    const waiting = owner.post('/metrics/recompute', body);
    t.equal((await send('GET', '//readyz')).status, 200);
    await client.query('ROLLBACK');
    t.equal((await waiting).status, 200);
  });
});
