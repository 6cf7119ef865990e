import { readFileSync } from 'node:fs';
import t from 'tap';
import { withClient } from '../../src/database/owner-connection.ts';
import { emptyDatabase, isSuccess, migratedDatabase, pilot, preparedDatabase, settingsOf } from './pilot.ts';

const depths = ['ultra-safe', 'safe', 'full'] as const;

interface Finding {
  section: string;
  name: string;
  detail: string;
}

const details = (findings: Finding[], section: string) =>
  Object.fromEntries(
    findings.filter((finding) => finding.section === section).map(({ name, detail }) => [name, detail]),
  );

t.test('before anything is there, a superuser learns what is missing', async (t) => {
  const urls = await emptyDatabase(t);
  for (const depth of depths) {
    const outcome = await pilot(
      { BOOTSTRAP_DATABASE_URL: urls.superuser },
      'preflight',
      '--depth',
      depth,
      '--json',
    );
    isSuccess(t, outcome);
    const { findings } = outcome.json;
    t.same(details(findings, 'schema'), { pilot: 'does not exist yet' });
    t.same(details(findings, 'role'), { pilot_app: 'as it should be', pilot_owner: 'as it should be' });
    t.same(details(findings, 'table'), {});
  }
});

t.test('each depth adds to the one before, and only the full one reads tables', async (t) => {
  const urls = await migratedDatabase(t);
  await withClient(urls.owner, (client) =>
    client.query("INSERT INTO pilot.pilot_cycles (id) VALUES ('one'), ('two')"),
  );
  const found: Record<string, Finding[]> = {};
  for (const depth of depths) {
    const outcome = await pilot(settingsOf(urls), 'preflight', '--depth', depth, '--json');
    isSuccess(t, outcome);
    t.equal(outcome.json.depth, depth);
    found[depth] = outcome.json.findings;
  }
  const { 'ultra-safe': least = [], safe = [], full = [] } = found;
  const shared = ({ section }: Finding) =>
    ['server', 'database', 'role', 'schema', 'table'].includes(section);
  t.ok(least.every(shared));
  t.same(safe.filter(shared), least);
  t.same(full.filter(shared), least);
  t.match(
    details(least, 'table').services,
    /^row-level security enabled and forced; 7 policies; owned by pilot_owner$/,
  );
  t.match(details(safe, 'rows').pilot_cycles, /^(about|not known)/);
  t.equal(details(full, 'rows').pilot_cycles, '2 visible to pilot_owner');
  t.match(details(full, 'migration')['001'], /^foundation, applied at /);
  const table = await pilot(settingsOf(urls), 'preflight');
  t.match(table.stdout, /│ section +│ name +│ detail +│/);
});

t.test('every script runs for every role in a transaction that cannot write, and in any state', async (t) => {
  const urls = [await emptyDatabase(t), await preparedDatabase(t), await migratedDatabase(t)];
  for (const depth of depths) {
    const sql = readFileSync(new URL(`../../sql/preflight-${depth}.sql`, import.meta.url), 'utf8');
    for (const url of urls.flatMap(({ superuser, owner, app }) => [superuser, owner, app])) {
      await withClient(url, async (client) => {
        await client.query('BEGIN READ ONLY');
        const { rows } = await client.query(sql);
        t.ok(rows.length >= 5 && rows.every((row) => row.section && row.name && row.detail), depth);
        await client.query('ROLLBACK');
      });
    }
  }
});

t.test('attributes that a role must not have are named', async (t) => {
  const urls = await migratedDatabase(t);
  const name = `preflight_${process.pid}`;
  const sql = readFileSync(new URL('../../sql/preflight-ultra-safe.sql', import.meta.url), 'utf8');
  const rows = await withClient(urls.superuser, async (client) => {
    // The real roles belong to every test that runs at this moment, so the script looks at another one.
    await client.query(`CREATE ROLE ${name} NOLOGIN BYPASSRLS CREATEDB`);
    try {
      const other = await client.query<Finding>(sql.replaceAll("('pilot_app')", `('${name}')`));
      return other.rows;
    } finally {
      await client.query(`DROP ROLE ${name}`);
    }
  });
  t.equal(details(rows, 'role')[name], 'must be changed: cannot log in, has BYPASSRLS, may create databases');
});
