import type pg from 'pg';
import t from 'tap';
import { readSettings } from '../../src/config.ts';
import { nobody } from '../../src/database/database.ts';
import { migrate } from '../../src/database/migrations.ts';
import { withClient } from '../../src/database/owner-connection.ts';
import { startService } from '../../src/service.ts';
import { migratedDatabase, preparedDatabase } from '../cli/pilot.ts';
import { jwtSecret, pepper } from '../support/service.ts';
import type { DatabaseUrls } from '../support/template-database.ts';

const anotherPepper = 'another pepper of at least thirty-two bytes, for tests';
const refusal = { message: /^ENTITY_KEY_PEPPER is not the key that this database was written with\.[^\n]*$/ };

/** Starts the service and stops it again; rejects as the start does. */
async function serve({ app }: DatabaseUrls, key: string): Promise<void> {
  const settings = { DATABASE_URL: app, JWT_SECRET: jwtSecret, ENTITY_KEY_PEPPER: key, PORT: '0' };
  const service = await startService(readSettings({ ...settings, LOG_LEVEL: 'silent' }));
  await service.stop();
}

const stored = ({ superuser }: DatabaseUrls) =>
  withClient(superuser, async (client) => {
    const { rows } = await client.query<{ fingerprint: Buffer }>('TABLE pilot.entity_key_fingerprint');
    return rows.map(({ fingerprint }) => fingerprint);
  });

t.test('the first key that a database is served with is the only one from then on', async (t) => {
  const urls = await migratedDatabase(t);
  await serve(urls, pepper);
  const fingerprints = await stored(urls);
  t.equal(fingerprints.length, 1);
  await t.rejects(serve(urls, anotherPepper), refusal);
  await serve(urls, pepper);
  t.same(await stored(urls), fingerprints);
});

t.test('of two replicas that start first with different keys, one starts', async (t) => {
  const urls = await migratedDatabase(t);
  const starts = await Promise.allSettled([pepper, anotherPepper].map((key) => serve(urls, key)));
  t.same(starts.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const refused = starts.find((start) => start.status === 'rejected');
  t.match(refused?.reason, refusal);
});

t.test(
  'a database that is not migrated is served with any key, and compared from the first start after that',
  async (t) => {
    const urls = await preparedDatabase(t);
    await serve(urls, pepper);
    await serve(urls, anotherPepper);
    await withClient(urls.owner, (client) => migrate(client));
    await serve(urls, pepper);
    await t.rejects(serve(urls, anotherPepper), refusal);
  },
);

t.test('no caller sees it or leaves one, and nobody changes it', async (t) => {
  const urls = await migratedDatabase(t);
  const as = (userId: string, sql: string) => asApp(urls, userId, sql);
  const insert =
    'INSERT INTO pilot.entity_key_fingerprint (fingerprint) VALUES (sha256($$x$$)) ON CONFLICT DO NOTHING';
  const somebody = '0190a6ef-1111-7000-8000-00000000000a';
  t.equal(await as(somebody, insert), '42501');
  t.equal(await as(nobody, insert), 'rows: 1');
  t.equal(await as(nobody, insert), 'rows: 0');
  t.equal(await as(nobody, 'SELECT FROM pilot.entity_key_fingerprint'), 'rows: 1');
  t.equal(await as(somebody, 'SELECT FROM pilot.entity_key_fingerprint'), 'rows: 0');
  for (const change of [
    'UPDATE pilot.entity_key_fingerprint SET fingerprint = sha256($$y$$)',
    'DELETE FROM pilot.entity_key_fingerprint',
    'INSERT INTO pilot.entity_key_fingerprint (is_only_row, fingerprint) VALUES (false, sha256($$y$$))',
  ]) {
    t.equal(await as(nobody, change), '42501', change);
  }
});

/** What pilot_app gets for a statement in the eyes of a user: how many rows, or the SQLSTATE. */
function asApp({ app }: DatabaseUrls, userId: string, sql: string): Promise<string> {
  return withClient(app, async (client) => {
    await client.query('BEGIN');
    await client.query("SELECT set_config('pilot.user_id', $1, true)", [userId]);
    const outcome = await client.query(sql).then(
      ({ rowCount }) => `rows: ${rowCount}`,
      (error: pg.DatabaseError) => String(error.code),
    );
    await client.query('COMMIT');
    return outcome;
  });
}
