import { readFileSync } from 'node:fs';
import t from 'tap';
import { withClient } from '../../src/database/owner-connection.ts';
import { oneSabotageOfEachKind } from '../isolation-model/sabotage.ts';
import { asApp, outcome } from '../support/as-app.ts';
import { seedBothOrganizations } from '../support/seed.ts';
import { startTestService, type TestService } from '../support/service.ts';

/** What a second database client, connected as pilot_app, finds when it tries to get at what is not its caller's. */

interface OrganizationTable {
  name: string;
  org: string;
  insertable: string[];
}

const testService = await startTestService(t);
await seedBothOrganizations(testService);

const allTables = await testService.asSuperuser(async (client) => {
  const { rows } = await client.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'pilot' ORDER BY 1",
  );
  return rows.map(({ name }) => name);
});

const organizationTables = await testService.asSuperuser(async (client) => {
  const { rows } = await client.query<OrganizationTable>(`
    SELECT c.relname AS name, a.attname AS org, ARRAY(
      SELECT column_name::text FROM information_schema.column_privileges
      WHERE table_schema = 'pilot' AND table_name = c.relname AND grantee = 'pilot_app' AND privilege_type = 'INSERT'
    ) AS insertable
    FROM pg_class c
    JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] AND a.attname ~ '(^|_)org_id$'
    WHERE c.relnamespace = 'pilot'::regnamespace AND c.relkind = 'r'
    ORDER BY 1`);
  return rows;
});

/** Every way in which one organisation's rows can be seen or sensed by another's member; empty when isolation holds. */
async function isolationFindings(service: TestService): Promise<string[]> {
  const findings: string[] = [];
  for (const { name, org, insertable } of organizationTables) {
    await asApp(service, service.owner.userId, async (client) => {
      const { rows } = await client.query<{ org: string }>(
        `SELECT DISTINCT ${org}::text AS org FROM pilot.${name}`,
      );
      if (rows.some((row) => row.org !== service.orgA))
        findings.push(`${name} shows another organisation's rows`);
    });
    if (insertable.length === 0) continue;
    const columns = insertable.join(', ');
    const foreign = await service.asSuperuser(async (client) => {
      const { rows } = await client.query(`SELECT ${columns} FROM pilot.${name} WHERE ${org} = $1 LIMIT 1`, [
        service.orgB,
      ]);
      return rows[0];
    });
    const values = insertable.map((column) => {
      const value = column === org ? service.orgA : foreign[column];
      return value !== null && value?.constructor === Object ? JSON.stringify(value) : value;
    });
    const parameters = insertable.map((_, index) => `$${index + 1}`).join(', ');
    const insert = `INSERT INTO pilot.${name} (${columns}) VALUES (${parameters})`;
    // 23503: the row refers to an event that this organisation does not have, which is just what should stop it.
    const own = await asApp(service, service.owner.userId, (client) => outcome(client, insert, values));
    if (!['accepted 1', '23503'].includes(own))
      findings.push(`${name} tells that another organisation uses an id (${own})`);
  }
  const generic = await rowsSeenUnderAGenericPlan(service);
  if (generic !== 0) findings.push(`a cached generic plan showed ${generic} rows of the caller before`);
  return findings;
}

async function rowsSeenUnderAGenericPlan(service: TestService): Promise<number> {
  return withClient(service.urls.app, async (client) => {
    await client.query('SET plan_cache_mode = force_generic_plan');
    const seen = async (userId: string) => {
      await client.query('BEGIN');
      await client.query("SELECT set_config('pilot.user_id', $1, true)", [userId]);
      const { rowCount } = await client.query({
        name: 'attempts-of-a',
        text: 'SELECT FROM pilot.pilot_contact_attempt_events WHERE recorded_by_org_id = $1',
        values: [service.orgA],
      });
      await client.query('COMMIT');
      return rowCount ?? 0;
    };
    await seen(service.owner.userId);
    return seen(service.ownerB.userId);
  });
}

const verifySql = readFileSync(new URL('../../sql/post-migration-verify.sql', import.meta.url), 'utf8');

async function verify(service: TestService): Promise<string[]> {
  return service.asOwner(async (client) => (await client.query(verifySql)).rows[0].problems);
}

t.test('there is something to see: both organisations have rows in every table of theirs', async (t) => {
  await testService.asSuperuser(async (client) => {
    for (const { name, org } of organizationTables) {
      const { rows } = await client.query(
        `SELECT count(DISTINCT ${org})::integer AS orgs FROM pilot.${name}`,
      );
      t.equal(rows[0].orgs, 2, name);
    }
  });
  t.equal(organizationTables.length, 13);
});

t.test('without a well-formed session variable no table shows a row, and nothing fails', async (t) => {
  for (const variable of [
    undefined,
    '',
    'not-a-uuid',
    `${testService.owner.userId} `,
    testService.owner.userId.toUpperCase(),
  ]) {
    await asApp(testService, variable, async (client) => {
      for (const table of allTables) {
        const { rowCount } = await client.query(`SELECT FROM pilot.${table}`);
        t.equal(
          rowCount,
          0,
          `${table} with ${variable === undefined ? 'no variable' : `"${variable.length} characters"`}`,
        );
      }
    });
  }
});

t.test('a caller sees the rows of their own organisations and no others', async (t) => {
  t.same(await isolationFindings(testService), []);
});

t.test('a stranger sees nothing but the bookkeeping of migrations', async (t) => {
  await asApp(testService, testService.stranger.userId, async (client) => {
    for (const table of allTables.filter((name) => name !== 'schema_migrations')) {
      t.equal((await client.query(`SELECT FROM pilot.${table}`)).rowCount, 0, table);
    }
  });
});

t.test('memberships and app admins show each caller only their own rows', async (t) => {
  await asApp(testService, testService.appAdmin.userId, async (client) => {
    t.equal((await client.query('SELECT FROM pilot.app_admins')).rowCount, 1);
    t.equal((await client.query('SELECT FROM pilot.organization_members')).rowCount, 0);
  });
});

t.test('an app admin sees both organisations', async (t) => {
  await asApp(testService, testService.appAdmin.userId, async (client) => {
    t.equal((await client.query('SELECT FROM pilot.organizations')).rowCount, 2);
  });
});

t.test('nobody deletes, empties, or moves a row to another organisation', async (t) => {
  await asApp(testService, testService.appAdmin.userId, async (client) => {
    for (const table of allTables) {
      t.equal(await outcome(client, `DELETE FROM pilot.${table}`), '42501', `DELETE ${table}`);
      t.equal(await outcome(client, `TRUNCATE pilot.${table} CASCADE`), '42501', `TRUNCATE ${table}`);
    }
    for (const { name, org } of organizationTables) {
      t.equal(
        await outcome(client, `UPDATE pilot.${name} SET ${org} = $1`, [testService.orgB]),
        '42501',
        `UPDATE ${name}`,
      );
    }
  });
});

t.test('a member cannot write into another organisation, nor a viewer into their own', async (t) => {
  const insert = `INSERT INTO pilot.pilot_preference_fit_events
    (org_id, id, pilot_cycle_id, cohort_label, preferred_via_careconnect, preference_recorded_at)
    VALUES ($1, gen_random_uuid(), 'cycle-a', 'youth', true, now())`;
  const tryAs = (userId: string, orgId: string) =>
    asApp(testService, userId, (client) => outcome(client, insert, [orgId]));
  t.equal(await tryAs(testService.owner.userId, testService.orgA), 'accepted 1');
  t.equal(await tryAs(testService.owner.userId, testService.orgB), '42501');
  t.equal(await tryAs(testService.viewer.userId, testService.orgA), '42501');
  t.equal(await tryAs(testService.stranger.userId, testService.orgA), '42501');
});

t.test('the role cannot switch row-level security off or become somebody else', async (t) => {
  await asApp(testService, testService.owner.userId, async (client) => {
    const table = 'pilot.pilot_contact_attempt_events';
    t.equal(await outcome(client, `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`), '42501');
    t.equal(await outcome(client, `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`), '42501');
    t.equal(await outcome(client, `DROP POLICY app_select ON ${table}`), '42501');
    t.equal(await outcome(client, 'SET ROLE pilot_owner'), '42501');
    t.equal(await outcome(client, 'CREATE TABLE pilot.mine ()'), '42501');
    await client.query('SET LOCAL row_security = off');
    t.equal(await outcome(client, `SELECT FROM ${table}`), '42501');
  });
});

t.test('the owner is bound too: FORCE lets it change nothing of what organisations recorded', async (t) => {
  const recorded = organizationTables.filter(({ name }) => name !== 'organization_members');
  await testService.asOwner(async (client) => {
    for (const { name, org } of recorded) {
      const changed = async () => {
        await client.query('BEGIN');
        const { rowCount } = await client.query(`UPDATE pilot.${name} SET ${org} = ${org}`);
        await client.query('ROLLBACK');
        return rowCount ?? 0;
      };
      t.equal(await changed(), 0, name);
      await client.query(`ALTER TABLE pilot.${name} NO FORCE ROW LEVEL SECURITY`);
      t.not(await changed(), 0, `${name} without FORCE`);
      await client.query(`ALTER TABLE pilot.${name} FORCE ROW LEVEL SECURITY`);
    }
  });
});

t.test('the session variable does not outlive its transaction', async (t) => {
  await withClient(testService.urls.app, async (client) => {
    await client.query('BEGIN');
    await client.query("SELECT set_config('pilot.user_id', $1, true)", [testService.owner.userId]);
    t.equal((await client.query('SELECT FROM pilot.organizations')).rowCount, 1);
    await client.query('COMMIT');
    t.equal((await client.query('SELECT FROM pilot.organizations')).rowCount, 0);
  });
});

for (const sabotage of await testService.asSuperuser(oneSabotageOfEachKind)) {
  t.test(`these tests bite, and so does "verify": ${sabotage.name} is found`, async (t) => {
    await testService.asSuperuser((client) => client.query(sabotage.break));
    t.not((await isolationFindings(testService)).length, 0, 'isolation');
    t.not((await verify(testService)).length, 0, 'verify');
    await testService.asSuperuser((client) => client.query(sabotage.repair));
    t.same(await isolationFindings(testService), []);
    t.same(await verify(testService), []);
  });
}
