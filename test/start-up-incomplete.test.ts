import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { z } from 'zod';
import { migrate } from '../src/database/migrations.ts';
import { withClient } from '../src/database/owner-connection.ts';
import { addAdmin } from '../src/database/provisioning.ts';
import { makeToken } from '../src/token.ts';
import { emptyDatabase, migratedDatabase, preparedDatabase } from './cli/pilot.ts';
import { provision, startServiceProcess } from './soak/support/service-process.ts';
import { contactAttemptBody, referralBody } from './support/events.ts';
import { jwtSecret } from './support/service.ts';
import type { DatabaseUrls } from './support/template-database.ts';

/** A database that is not complete does not stop the start: the service says so, and heals while it runs. */

const answer = z.object({ reason: z.string().optional(), detail: z.string().optional() });

/** Starts the real process on a database. Answers are told in short: the status, and the reason or detail where there is one. */
async function serve(t: Test, urls: DatabaseUrls) {
  const { url, child, exited } = await startServiceProcess(urls.app);
  t.teardown(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const ask = async (path: string, options?: RequestInit) => {
    const response = await fetch(url + path, options);
    const { reason, detail } = answer.parse(await response.json());
    return [response.status, reason ?? detail].filter(Boolean).join(' ');
  };
  const readiness = () => ask('/readyz');
  return {
    readiness,
    async becomesReady() {
      while ((await readiness()) !== '200') await setTimeout(50);
    },
    post: (token: string, path: string, body: object) =>
      ask(`/api/v1/pilot${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

const run = (url: string, sql: string) => withClient(url, (client) => client.query(sql));
const missing = (table: string) =>
  `501 The table pilot.${table} does not exist. Run the migrations; nothing was stored.`;

const bookkeeping =
  'CREATE TABLE pilot.schema_migrations (version bigint PRIMARY KEY, name text, md5 text, run_at timestamptz)';

/** How far a database may be before its first migration was applied. */
const beginnings: Record<string, (t: Test) => Promise<DatabaseUrls>> = {
  'without the schema': async (t) => {
    const urls = await emptyDatabase(t);
    const name = new URL(urls.superuser).pathname.slice(1);
    await run(urls.superuser, `GRANT CREATE ON DATABASE ${name} TO pilot_owner`);
    return urls;
  },
  'with nothing but the schema': preparedDatabase,
  'whose first migration failed': async (t) => {
    const urls = await preparedDatabase(t);
    await run(urls.owner, bookkeeping);
    return urls;
  },
};

for (const [what, begin] of Object.entries(beginnings)) {
  t.test(`a database ${what} is served, and is ready once it was migrated`, async (t) => {
    const urls = await begin(t);
    const { readiness, becomesReady, post } = await serve(t, urls);
    t.equal(await readiness(), '503 migrations_pending');
    const stranger = await makeToken(jwtSecret, randomUUID(), 60);
    const attempt = contactAttemptBody(randomUUID());
    t.equal(await post(stranger, '/events/contact-attempt', attempt), missing('organizations'));

    await withClient(urls.owner, (client) => migrate(client));
    await becomesReady();
    const { orgId, token } = await provision(urls);
    t.equal(await post(token, '/events/contact-attempt', contactAttemptBody(orgId)), '201');
  });
}

t.test('a database whose schema is not open yet, because it is being migrated, is served', async (t) => {
  const urls = await emptyDatabase(t);
  await run(urls.superuser, 'CREATE SCHEMA pilot AUTHORIZATION pilot_owner');
  await run(urls.owner, bookkeeping);
  const { readiness, becomesReady } = await serve(t, urls);
  t.equal(await readiness(), '503 migrations_pending');
  await withClient(urls.owner, (client) => migrate(client));
  await becomesReady();
});

t.test('a pending migration costs only the endpoints whose tables it makes', async (t) => {
  const urls = await migratedDatabase(t);
  const { orgId, token, userId } = await provision(urls);
  await withClient(urls.owner, (client) => addAdmin(client, userId));
  await run(
    urls.superuser,
    `ALTER TABLE pilot.pilot_integration_feasibility_decisions SET SCHEMA public;
     CREATE TABLE public.kept AS SELECT * FROM pilot.schema_migrations WHERE version >= 10;
     DELETE FROM pilot.schema_migrations WHERE version >= 10`,
  );
  const { readiness, becomesReady, post } = await serve(t, urls);
  t.equal(await readiness(), '503 migrations_pending');
  const decide = () =>
    post(token, '/integration-feasibility', {
      decision: 'go',
      decision_date: '2026-03-01',
      redline_checklist_version: 'v1',
      violations: [],
      compensating_controls: [],
      owners: ['governance-lead'],
    });
  t.equal(await decide(), missing('pilot_integration_feasibility_decisions'));
  t.equal(await post(token, '/events/contact-attempt', contactAttemptBody(orgId)), '201');

  await run(
    urls.superuser,
    `ALTER TABLE public.pilot_integration_feasibility_decisions SET SCHEMA pilot;
     INSERT INTO pilot.schema_migrations SELECT * FROM public.kept`,
  );
  await becomesReady();
  t.equal(await decide(), '201');
});

t.test('a missing table costs only the endpoints that need it, until it is back', async (t) => {
  const urls = await migratedDatabase(t);
  const { orgId, token } = await provision(urls);
  await run(urls.superuser, 'ALTER TABLE pilot.pilot_referral_events RENAME TO kept_elsewhere');
  const { readiness, becomesReady, post } = await serve(t, urls);
  t.equal(await readiness(), '503 tables_missing');
  const referral = referralBody(orgId);
  for (let sent = 0; sent < 10; sent += 1)
    t.equal(await post(token, '/events/referral', referral), missing('pilot_referral_events'));
  t.equal(await post(token, '/events/contact-attempt', contactAttemptBody(orgId)), '201');

  await run(urls.superuser, 'ALTER TABLE pilot.kept_elsewhere RENAME TO pilot_referral_events');
  await becomesReady();
  t.equal(await post(token, '/events/referral', referral), '201');
});
