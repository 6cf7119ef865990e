import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { importKingston, kingstonFile, putInScope } from '../support/kingston.ts';
import { cycle, otherCycle, service, startTestService } from '../support/service.ts';
import { stateChanges, storedState } from '../support/stored-state.ts';
import { isFailure, isSuccess, pilot, preparedDatabase, settingsOf } from './pilot.ts';

/** The command "readiness" (spec 5). */
const s = await startTestService(t);
const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-readiness-'));
t.teardown(() => rm(directory, { recursive: true, force: true }));
const names = ['readiness.csv', 'readiness.json', 'readiness.md'];
const blank = ['action', 'follow_up_date', 'reviewer'];

async function report(...more: string[]) {
  const out = await mkdtemp(join(directory, 'report-'));
  const words = ['readiness', '--cycle', cycle, '--out', out, ...more];
  const outcome = await pilot({ DATABASE_URL: s.urls.app }, ...words);
  isSuccess(t, outcome);
  t.same((await readdir(out)).sort(), names);
  const [csv = '', json = '', md = ''] = await Promise.all(
    names.map((name) => readFile(join(out, name), 'utf8')),
  );
  return { outcome, csv, json, md, data: JSON.parse(json), rows: rowsOf(csv) };
}

async function scopeFile(content: string): Promise<string> {
  const file = join(await mkdtemp(join(directory, 'scope-')), 'scope.txt');
  await writeFile(file, content);
  return file;
}

/** Reads CSV exactly as RFC 4180 has it, and throws at anything else. */
function rowsOf(csv: string): Record<string, string>[] {
  const lines: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  let line: string[] = [];
  while (cell.lastIndex < csv.length) {
    const found = cell.exec(csv);
    if (!found) throw new Error('This is not CSV.');
    const [, quoted, plain = '', end] = found;
    line.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    lines.push(line);
    line = [];
  }
  const [head = [], ...rest] = lines;
  return rest.map((cells) => {
    if (cells.length !== head.length) throw new Error('A row has another number of cells.');
    return Object.fromEntries(head.map((name, index) => [name, cells[index] ?? '']));
  });
}

t.test(
  'the report of all of Kingston is written three times over, the same and in the same order',
  async (t) => {
    isSuccess(t, await pilot(settingsOf(s.urls), 'services', 'import', fileURLToPath(kingstonFile)));
    const { rows: ids } = await s.asOwner((client) =>
      client.query<{ id: string }>('SELECT id FROM pilot.services WHERE verified_on IS NOT NULL'),
    );
    t.equal(ids.length, 196);
    await putInScope(s, cycle, s.orgA, Object.fromEntries(ids.map(({ id }) => [id, 'standard'])));
    const { data, rows, md, outcome } = await report('--org', s.orgA);
    const { body } = await s.owner.get(`/scope/readiness?pilot_cycle_id=${cycle}&org_id=${s.orgA}`);
    const { entries, next_cursor: _, ...summary } = body;
    t.match(data, summary, 'the endpoint says the same');
    t.same(data.entries.slice(0, 100), entries);
    t.equal(data.entries.length, 196);

    const order = (list: Readonly<Record<string, string>>[]) => list.map(({ service_id }) => service_id);
    t.same(order(rows), order(data.entries), 'one row for each entry');
    for (const [index, row] of rows.entries()) {
      const { gaps, verified_on, verification } = data.entries[index];
      t.match(row, { gaps: gaps.join(' '), verified_on, verification, org_ids: s.orgA });
      for (const column of blank) t.equal(row[column], '');
    }
    t.same(Object.keys(rows[0] ?? {}).slice(-3), blank);

    t.match(md, `# Readiness of the scope of ${cycle}\n`);
    t.match(md, '| services in scope | 196 |\n');
    t.match(md, /\| 5\. E-mail \| no e-mail \| \d+ \|\n/);
    t.match(md, /\n20\. .*\n\nAnd 176 more; the worksheet has all of them\.\n/);
    t.notMatch(md, 'Not in the directory');
    t.match(outcome.stdout, /^196 services in scope, \d+ of them with nothing missing\.\n/);
  },
);

t.test('the same records and day give the same bytes, however the rows lie', async (t) => {
  const before = await report();
  await s.asSuperuser(async (client) => {
    await client.query("SET pilot.service_version = 'test'");
    await client.query("UPDATE pilot.services SET name = name WHERE left(id, 1) < 'k'");
    await client.query(
      "UPDATE pilot.pilot_service_scope SET sla_tier = sla_tier WHERE left(service_id, 1) > 'f'",
    );
  });
  const after = await report();
  if (before.data.as_of !== after.data.as_of) return t.comment('midnight came in between');
  for (const form of ['csv', 'json', 'md'] as const) t.equal(after[form], before[form]);
});

t.test(
  'without an organisation a service stands once, with all who follow it and the strictest tier',
  async (t) => {
    await putInScope(s, cycle, s.orgB, { [service]: 'standard', 'kids-help-phone': 'crisis' });
    await putInScope(s, cycle, s.orgA, { [service]: 'high_demand' });
    await putInScope(s, otherCycle, s.orgA, { 'service-two': 'crisis' });
    const { data, rows } = await report();
    t.match(data, { org_id: null, totals: { entries: 197 } });
    const both = [s.orgA, s.orgB].sort();
    const entryOf = (id: string) =>
      data.entries.find(({ service_id }: { service_id: string }) => service_id === id);
    t.match(entryOf(service), { sla_tier: 'high_demand', org_ids: both, is_crisis: false });
    t.match(entryOf('kids-help-phone'), { sla_tier: 'crisis', org_ids: both, is_crisis: true });
    t.equal(rows.find(({ service_id }) => service_id === service)?.org_ids, both.join(' '));
    t.match((await report('--org', s.orgB)).data, { org_id: s.orgB, totals: { entries: 2 } });
  },
);

t.test(
  'a scope from a file takes the place of the registered one, and what nobody knows is listed last',
  async (t) => {
    const file = await scopeFile(
      '\uFEFFservice_id,sla_tier\r\n# crisis lines\r\nnobody-knows-this,crisis\r\n\r\nkids-help-phone , crisis\r\n,\r\nservice-two;standard\r\nnor-this\r\nservice-two,high_demand\r\n',
    );
    const { data, md, rows } = await report('--scope-file', file);
    t.match(data, {
      scope: 'file',
      org_id: null,
      totals: { entries: 4, in_directory: 2, unmatched: 2 },
    });
    t.match(data.entries.slice(-2), [
      {
        service_id: 'nobody-knows-this',
        name: null,
        sla_tier: 'crisis',
        verification: null,
        step: 'unmatched',
        gaps: ['directory_record'],
      },
      { service_id: 'nor-this', sla_tier: null, step: 'unmatched', gaps: ['directory_record'] },
    ]);
    t.match(
      data.entries.find(({ service_id }: { service_id: string }) => service_id === 'service-two'),
      { sla_tier: 'high_demand', org_ids: [] },
    );
    t.match(md, '## Not in the directory\n\n1. nobody-knows-this\n2. nor-this\n');
    t.match(rows.at(-1), { service_id: 'nor-this', name: '', verification: '', gaps: 'directory_record' });

    const { data: named } = await report('--scope-file', file, '--org', s.orgB);
    t.match(named, { org_id: s.orgB, scope: 'file', entries: [{ org_ids: [s.orgB] }] });
  },
);

t.test('no name is a formula, and every name keeps to its cell', async (t) => {
  const attack = '1+cmd|"/c calc"!A0';
  const formulas = [...'=+-@\uFF1D\uFF0B\uFF0D\uFF20'];
  const hostile: [name: string, cell: string][] = [
    ...formulas.map((sign): [string, string] => [`${sign}${attack}`, `'${sign}${attack}`]),
    ...['\t', '\r', '\n', ' ', '\u00A0', '\uFEFF'].map((blank): [string, string] => [
      `${blank}=${attack}`,
      `'=${attack}`,
    ]),
    [`Food; =${attack}`, `Food; '=${attack}`],
    [`Food;"=1+1`, `Food;"'=1+1`],
    [`Food\t@SUM(1)`, `Food\t'@SUM(1)`],
    [`Food\r\n=1+1`, `Food\r\n'=1+1`],
    ['A "quoted", name', 'A "quoted", name'],
    ['Two\nlines', 'Two\nlines'],
    ['An old\rline', 'An old\rline'],
    ['A, comma', 'A, comma'],
    ["Centre d'aide; été - 24/7", "Centre d'aide; été - 24/7"],
  ];
  await s.asSuperuser(async (client) => {
    await client.query(
      `INSERT INTO pilot.services (id, name, category, verification_level, fields_present, has_place)
       SELECT 'hostile-' || position, name, '=1+1', '@L1', '{}', true
       FROM unnest($1::text[]) WITH ORDINALITY AS given (name, position)`,
      [hostile.map(([name]) => name)],
    );
  });
  const file = await scopeFile(hostile.map((_, index) => `hostile-${index + 1}`).join('\n'));
  const { csv, rows, data, md } = await report('--scope-file', file);
  for (const [index, [name, cell]] of hostile.entries()) {
    const id = `hostile-${index + 1}`;
    const row = rows.find(({ service_id }) => service_id === id);
    t.equal(row?.name, cell, JSON.stringify(name));
    t.match(row, { category: "'=1+1", verification_level: "'@L1", reviewer: '' });
    const entry = data.entries.find(({ service_id }: { service_id: string }) => service_id === id);
    t.equal(entry.name, name, 'JSON has it as it is');
  }
  t.match(csv, '"Two\nlines"');
  t.match(csv, '"An old\rline"');
  t.match(csv, '"A ""quoted"", name"');
  t.ok(csv.endsWith('\r\n'));
  t.notMatch(md, /[^\\]\|"/, 'a name does not end a cell or a line of Markdown');
  for (const line of md.split('\n')) t.notMatch(line, /^(lines|line)/);
});

t.test('a name is no markup', async (t) => {
  await s.asOwner((client) =>
    client.query(
      `INSERT INTO pilot.services (id, name, fields_present, has_place)
       VALUES ('markup', '<img src=x> [a](b) *c* | \`d\`', '{}', true)`,
    ),
  );
  const { md } = await report('--scope-file', await scopeFile('markup'));
  t.match(
    md,
    '1. \\<img src=x\\> \\[a\\](b) \\*c\\* \\| \\`d\\` (markup): never verified, no structured hours',
  );
});

t.test('it writes nothing to the database, and could not', async (t) => {
  const state = () =>
    s.asSuperuser(async (client) => {
      const { rows } = await client.query('SELECT id, xmin, ctid, * FROM pilot.services ORDER BY id');
      return { services: JSON.stringify(rows), all: await storedState(client) };
    });
  const before = await state();
  await report();
  await report('--scope-file', await scopeFile('kids-help-phone'));
  const after = await state();
  t.equal(after.services, before.services);
  t.same(stateChanges(before.all, after.all), []);

  const other = await startTestService(t);
  await importKingston(other);
  await other.asSuperuser((client) =>
    client.query(`CREATE OR REPLACE FUNCTION pilot.is_participant() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS
      $$ BEGIN UPDATE pilot.services SET name = 'changed'; RETURN true; END $$`),
  );
  const words = ['readiness', '--cycle', cycle, '--out', join(directory, 'none')];
  isFailure(t, await pilot({ DATABASE_URL: other.urls.app }, ...words), /^The database is read-only\.$/m);
  const { rows } = await other.asOwner((client) =>
    client.query("SELECT FROM pilot.services WHERE name = 'changed'"),
  );
  t.equal(rows.length, 0);
});

t.test('what cannot be done is said in one line', async (t) => {
  const out = join(directory, 'refused');
  const run = (environment: Record<string, string>, ...more: string[]) =>
    pilot(environment, 'readiness', '--cycle', cycle, '--out', out, ...more);
  const app = { DATABASE_URL: s.urls.app };
  isFailure(t, await run({ MIGRATION_DATABASE_URL: s.urls.owner }), /^DATABASE_URL must be set\.$/m);
  const unmigrated = await preparedDatabase(t);
  isFailure(t, await run({ DATABASE_URL: unmigrated.app }), /^The database is not migrated yet\. Run /);
  const unreachable = new URL(s.urls.app);
  unreachable.port = '1';
  isFailure(
    t,
    await run({ DATABASE_URL: unreachable.href }),
    /^The database in DATABASE_URL cannot be reached\.$/m,
  );
  isFailure(
    t,
    await run(app, '--org', '0190a6ef-1111-7000-8000-000000000009'),
    /^There is no organisation with the id in --org; /,
  );
  isFailure(
    t,
    await pilot(app, 'readiness', '--cycle', 'nowhere', '--out', out),
    /^There is no cycle with the id in --cycle\.$/m,
  );
  isFailure(
    t,
    await pilot(app, 'readiness', '--cycle', cycle, '--out', join(await scopeFile('x'), 'below-a-file')),
    /^The directory in --out cannot be written\.$/m,
  );
  const files: [content: string, line: RegExp][] = [
    ['', /^The scope file names no service\.$/m],
    ['# nothing\n', /^The scope file names no service\.$/m],
    [
      'one\ntwo,urgent',
      /^Line 2 of the scope file is not a service id, .*\(crisis, high_demand, standard\)\.$/m,
    ],
    ['one\n\ncall 613-555-0134', /^Line 3 of the scope file /],
    ['one,crisis,crisis', /^Line 1 of the scope file /],
    [',crisis', /^Line 1 of the scope file /],
    [
      Array.from({ length: 10_001 }, (_, i) => `s-${i}`).join('\n'),
      /^The scope file has more than 10000 services\.$/m,
    ],
  ];
  for (const [content, line] of files) {
    const outcome = await run(app, '--scope-file', await scopeFile(content));
    isFailure(t, outcome, line);
    t.notMatch(outcome.stderr, /urgent|613|two/);
  }
  isFailure(
    t,
    await run(app, '--scope-file', join(directory, 'not-there')),
    /^The file in --scope-file cannot be read\.$/m,
  );
  t.notOk((await readdir(directory)).includes('refused'), 'nothing is written');
});
