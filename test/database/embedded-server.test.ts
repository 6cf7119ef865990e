import { chmod, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { joinEmbeddedServer } from '../../src/database/embedded-server.ts';
import { withClient } from '../../src/database/owner-connection.ts';

/** A fresh data directory, which the account that PostgreSQL runs as can reach (`0o755`) or not (`0o700`). */
async function dataDirectory(mode = 0o755): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-embedded-'));
  await chmod(directory, mode);
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'data');
}

const answers = (url: string) =>
  withClient(url, (client) => client.query('SELECT')).then(
    () => true,
    () => false,
  );

t.test('data and secrets survive a restart', async (t) => {
  const directory = await dataDirectory();
  const first = await joinEmbeddedServer(directory, { durable: false });
  await withClient(first.superuserUrl, (client) => client.query('CREATE TABLE kept AS SELECT 42 AS answer'));
  await first.leave();
  t.notOk(await answers(first.superuserUrl), 'it stopped');
  const second = await joinEmbeddedServer(directory);
  t.same(second.secrets, first.secrets);
  const { rows } = await withClient(second.superuserUrl, (client) => client.query('SELECT answer FROM kept'));
  t.same(rows, [{ answer: 42 }]);
  await second.leave();
});

t.test('a second process joins a running server, and only the last one to leave stops it', async (t) => {
  const directory = await dataDirectory();
  const [one, two] = await Promise.all([
    joinEmbeddedServer(directory, { durable: false }),
    joinEmbeddedServer(directory, { durable: false }),
  ]);
  t.equal(new URL(one.appUrl).port, new URL(two.appUrl).port);
  await one.leave();
  t.ok(await answers(two.superuserUrl), 'still up for the second');
  await two.leave();
  t.notOk(await answers(two.superuserUrl));
});

t.test('a server that dies while it is in use is started again on the same port', async (t) => {
  const directory = await dataDirectory();
  const restarted = Promise.withResolvers<void>();
  const server = await joinEmbeddedServer(directory, { onRestart: restarted.resolve });
  const pid = await withClient(server.superuserUrl, async (client) => {
    await client.query('CREATE TABLE kept ()');
    const { rows } = await client.query(
      "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::integer AS pid",
    );
    return rows[0].pid;
  });
  process.kill(pid, 'SIGKILL');
  await restarted.promise;
  const kept = await withClient(server.superuserUrl, (client) =>
    client.query("SELECT to_regclass('kept') AS it"),
  );
  t.equal(kept.rows[0].it, 'kept');
  await server.leave();
  t.notOk(await answers(server.superuserUrl), 'and it stops when it is left');
});

t.test('a server whose processes were killed starts again', async (t) => {
  const directory = await dataDirectory();
  const first = await joinEmbeddedServer(directory);
  await withClient(first.superuserUrl, (client) => client.query('CREATE TABLE kept ()'));
  const { rows } = await withClient(first.superuserUrl, (client) =>
    client.query("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::integer AS pid"),
  );
  process.kill(rows[0].pid, 'SIGKILL');
  const second = await joinEmbeddedServer(directory);
  const kept = await withClient(second.superuserUrl, (client) =>
    client.query("SELECT to_regclass('kept') AS it"),
  );
  t.equal(kept.rows[0].it, 'kept');
  t.equal(second.appUrl, first.appUrl, 'on the port where the others look for it');
  await first.leave();
  await second.leave();
});

t.test('secrets are readable by their owner alone, and the server listens on loopback only', async (t) => {
  const directory = await dataDirectory();
  const server = await joinEmbeddedServer(directory, { durable: false });
  t.equal((await stat(join(directory, 'secrets.json'))).mode & 0o777, 0o600);
  const { rows } = await withClient(server.superuserUrl, (client) =>
    client.query(
      "SELECT current_setting('listen_addresses') AS tcp, current_setting('unix_socket_directories') AS unix",
    ),
  );
  t.same(rows, [{ tcp: '127.0.0.1', unix: '' }]);
  await server.leave();
});

t.test(
  'as root, in a directory that the postgres user cannot reach, it runs from a place that it can',
  { skip: process.getuid?.() !== 0 && 'only root has directories that others cannot reach' },
  async (t) => {
    const directory = await dataDirectory(0o700);
    const server = await joinEmbeddedServer(directory, { durable: false });
    t.ok(await answers(server.appUrl));
    const cluster = await realpath(join(directory, 'postgres'));
    t.match(cluster, /^\/var\/lib\/pilot-evidence\//);
    t.not((await stat(cluster)).uid, 0);
    await server.leave();
    await rm(join(cluster, '..'), { recursive: true, force: true });
  },
);
