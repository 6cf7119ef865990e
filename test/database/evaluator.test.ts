import t from 'tap';
import { evaluator } from '../../src/database/database.ts';
import { makeToken } from '../../src/token.ts';
import { refused } from '../plugins/support/refused.ts';
import { asApp, outcome } from '../support/as-app.ts';
import { seedBothOrganizations } from '../support/seed.ts';
import { jwtSecret, startTestService } from '../support/service.ts';

/** The user that the service is when it judges Gate 0. */
const s = await startTestService(t);
await seedBothOrganizations(s);

const tables = await s.asSuperuser(async (client) => {
  const { rows } = await client.query<{ name: string; insertable: string[] }>(`
    SELECT tablename AS name, ARRAY(
      SELECT column_name::text FROM information_schema.column_privileges
      WHERE table_schema = 'pilot' AND table_name = tablename AND grantee = 'pilot_app' AND privilege_type = 'INSERT'
    ) AS insertable
    FROM pg_tables WHERE schemaname = 'pilot' ORDER BY 1`);
  return rows;
});

t.test('the evaluator sees what both organisations have recorded', async (t) => {
  await asApp(s, evaluator, async (client) => {
    for (const [table, org] of [
      ['pilot_contact_attempt_events', 'recorded_by_org_id'],
      ['pilot_referral_events', 'source_org_id'],
      ['pilot_connection_events', 'org_id'],
      ['service_operational_status_events', 'org_id'],
      ['pilot_data_decay_audits', 'org_id'],
      ['pilot_preference_fit_events', 'org_id'],
      ['pilot_service_scope', 'org_id'],
      ['baseline_runs', 'org_id'],
      ['baseline_metrics', 'org_id'],
    ] as const) {
      const { rows } = await client.query(`SELECT DISTINCT ${org} AS org FROM pilot.${table}`);
      t.same(rows.map((row) => row.org).toSorted(), [s.orgA, s.orgB].toSorted(), table);
    }
  });
});

t.test('the evaluator writes nothing', async (t) => {
  for (const { name, insertable } of tables.filter((table) => table.insertable.length > 0)) {
    await asApp(s, evaluator, async (client) => {
      const columns = insertable.join(', ');
      const copy = `INSERT INTO pilot.${name} (${columns}) SELECT ${columns} FROM pilot.${name}`;
      t.match(await outcome(client, copy), /^(42501|accepted 0)$/, `${name}: insert`);
    });
  }
  await asApp(s, evaluator, async (client) => {
    for (const change of [
      "UPDATE pilot.pilot_referral_events SET referral_state = 'failed'",
      "UPDATE pilot.pilot_service_scope SET sla_tier = 'crisis'",
    ]) {
      t.equal(await outcome(client, change), 'accepted 0', change);
    }
  });
});

t.test('no token makes somebody the evaluator', async (t) => {
  const token = await makeToken(jwtSecret, evaluator, 3600);
  refused(t, await s.send('GET', '/gate-0/approvals', { token }), 'unauthenticated');
});
