import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { withClient } from '../../src/database/owner-connection.ts';
import { importDirectory } from '../../src/directory/import-directory.ts';
import { type Directory, readDirectory } from '../../src/directory/read-directory.ts';
import { isFailure, isSuccess, migratedDatabase, pilot, settingsOf } from '../cli/pilot.ts';

const kingston = fileURLToPath(new URL('../../src/demo/kingston-services.facts.json', import.meta.url));
const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-directory-'));
t.teardown(() => rm(directory, { recursive: true, force: true }));

async function file(document: unknown): Promise<string> {
  const path = join(directory, `${Math.random()}.json`);
  await writeFile(path, JSON.stringify(document));
  return path;
}

const record = (id: string, more = {}) => ({
  id,
  name: `Service ${id}`,
  intent_category: 'Food',
  phone: '613-555-0134',
  ...more,
});

t.test('the directory of Kingston is imported, and a second time changes nothing', async (t) => {
  const urls = await migratedDatabase(t);
  const first = await pilot(settingsOf(urls), 'services', 'import', kingston, '--json');
  isSuccess(t, first);
  const nothing = { refused: 0, absent: 0, refusals: [], absent_ids: [] };
  t.same(first.json, { form: 'facts', added: 196, updated: 0, unchanged: 0, ...nothing });
  const again = await pilot(settingsOf(urls), 'services', 'import', kingston);
  t.equal(again.stdout, '0 added, 0 updated, 196 unchanged, 0 refused; 0 absent from the file stay.\n');
});

t.test('added, updated, unchanged, refused and absent are told apart', async (t) => {
  const urls = await migratedDatabase(t);
  const load = async (...records: unknown[]) =>
    pilot(settingsOf(urls), 'services', 'import', await file(records), '--json');
  t.match((await load(record('a'), record('b'), record('c'))).json, { form: 'careconnect', added: 3 });
  const second = await load(
    record('a'),
    record('b', { email: 'desk@b.example' }),
    record('d'),
    record('d'),
    record('e', { name: 'Call 613-555-0134' }),
  );
  isSuccess(t, second);
  t.match(second.json, { added: 1, updated: 1, unchanged: 1, refused: 2, absent: 1, absent_ids: ['c'] });
  t.match(second.json.refusals, [{ position: 4 }, { position: 5 }]);
  const { rows } = await withClient(urls.superuser, (client) =>
    client.query('SELECT id, fields_present FROM pilot.services ORDER BY id'),
  );
  t.same(rows, [
    { id: 'a', fields_present: ['phone'] },
    { id: 'b', fields_present: ['phone', 'email'] },
    { id: 'c', fields_present: ['phone'] },
    { id: 'd', fields_present: ['phone'] },
  ]);
});

t.test('for people, long lists are cut short', async (t) => {
  const urls = await migratedDatabase(t);
  const bad = Array.from({ length: 25 }, (_, index) => record(`r${index}`, { name: '' }));
  const { code, stdout } = await pilot(
    settingsOf(urls),
    'services',
    'import',
    await file([record('a'), ...bad]),
  );
  t.equal(code, 0);
  t.match(stdout, /^1 added, .* 25 refused/);
  t.match(stdout, /^refused: record 2, because its name is not/m);
  t.match(stdout, /^\.\.\. and 5 more/m);
});

t.test('nothing of the contents of contact fields reaches the database', async (t) => {
  const urls = await migratedDatabase(t);
  const path = await file([record('a', { description: 'prose', address: '1 Dock Street' })]);
  isSuccess(t, await pilot(settingsOf(urls), 'services', 'import', path));
  const { rows } = await withClient(urls.superuser, (client) => client.query('SELECT * FROM pilot.services'));
  t.notMatch(JSON.stringify(rows), /555|prose|Dock/);
});

t.test('a file of which nothing can be imported fails, and still says why', async (t) => {
  const urls = await migratedDatabase(t);
  const { code, stderr, json } = await pilot(
    settingsOf(urls),
    'services',
    'import',
    await file([record('a', { name: '' })]),
    '--json',
  );
  t.equal(code, 1);
  t.equal(stderr, 'No record of the file could be imported.\n');
  t.match(json, { refused: 1, refusals: [{ position: 1 }] });
  isFailure(
    t,
    await pilot(settingsOf(urls), 'services', 'import', await file({ not: 'one' })),
    /none of the known forms/,
  );
  isFailure(
    t,
    await pilot(settingsOf(urls), 'services', 'import', await file([]), '--json'),
    /holds no services/,
  );
});

t.test('an import is stored as a whole or not at all', async (t) => {
  const urls = await migratedDatabase(t);
  const { services } = readDirectory(JSON.stringify([record('a'), record('b')]));
  const broken: Directory = {
    form: 'facts',
    services: [...services, ...services.slice(0, 1).map((facts) => ({ ...facts, id: 'not an identifier' }))],
    refused: [],
    ids: new Set(),
  };
  await withClient(urls.owner, async (client) => {
    await t.rejects(importDirectory(client, broken));
    const { rowCount } = await client.query('SELECT FROM pilot.services');
    t.equal(rowCount, 0);
  });
});

t.test('large directories are stored in batches, and imports go one after the other', async (t) => {
  const urls = await migratedDatabase(t);
  const many = readDirectory(
    JSON.stringify(Array.from({ length: 2_500 }, (_, index) => record(`s${index}`))),
  );
  const done: number[] = [];
  const load = () =>
    withClient(urls.owner, (client) => importDirectory(client, many, (count) => done.push(count)));
  const results = await Promise.all([load(), load()]);
  t.same(results.map(({ added }) => added).sort(), [0, 2_500]);
  t.same(results.map(({ unchanged }) => unchanged).sort(), [0, 2_500]);
  t.same(done, [1_000, 2_000, 2_500, 1_000, 2_000, 2_500]);
});

t.test('the facts-only form says what there is and repeats nothing of it', async (t) => {
  const path = await file([record('a', { address: '1 Dock Street' }), record('613-555-0134')]);
  const plain = await pilot({}, 'services', 'facts', path);
  t.equal(plain.code, 0);
  t.match(plain.stderr, /^refused: record 2, because its id does not have the form of an identifier\n$/);
  const expected = {
    id: 'a',
    name: 'Service a',
    category: 'Food',
    verification_level: null,
    verified_on: null,
    fields_present: ['phone', 'address'],
    has_place: true,
  };
  t.same(JSON.parse(plain.stdout), [expected]);
  t.same((await pilot({}, 'services', 'facts', path, '--json')).json, [expected]);
  const again = await pilot({}, 'services', 'facts', kingston, '--json');
  t.equal(again.json.length, 196);
});
