import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';
import type pg from 'pg';
import t from 'tap';
import { withClient } from '../src/database/owner-connection.ts';
import { provision, startServiceProcess } from './soak/support/service-process.ts';
import { contactAttemptBody } from './support/events.ts';
import { cloneDatabase } from './support/template-database.ts';

async function waitsForLock(client: pg.Client): Promise<void> {
  const waiting =
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  const { rowCount } = await client.query(waiting);
  if (rowCount === 0) await waitsForLock(client);
}

/** Resolves when no connection is accepted any more. */
async function stopsListening(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const isAccepted = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  if (isAccepted) await stopsListening(url);
}

/** What happens to requests while the real process is told to stop. */

interface Answer {
  status: number | undefined;
  connection: string | undefined;
  body: unknown;
}

async function send(
  url: string,
  options: { token?: string; body?: unknown; agent?: Agent } = {},
): Promise<Answer> {
  const sent = request(url, {
    method: options.body === undefined ? 'GET' : 'POST',
    ...(options.agent && { agent: options.agent }),
    headers: {
      'content-type': 'application/json',
      ...(options.token && { authorization: `Bearer ${options.token}` }),
    },
  });
  sent.end(options.body === undefined ? undefined : JSON.stringify(options.body));
  const [answer]: IncomingMessage[] = await once(sent, 'response');
  if (!answer) throw new Error('There was no answer.');
  return {
    status: answer.statusCode,
    connection: answer.headers.connection,
    body: await json(answer),
  };
}

t.test('a request under way at SIGTERM is answered, and so is one that comes while it drains', async (t) => {
  const { urls, drop } = await cloneDatabase();
  t.teardown(drop);
  const { orgId, token } = await provision(urls);
  const service = await startServiceProcess(urls.app);
  t.teardown(() => service.child.kill('SIGKILL'));
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  const post = () =>
    send(`${service.url}/api/v1/pilot/events/contact-attempt`, {
      token,
      agent,
      body: contactAttemptBody(orgId),
    });
  t.match(await post(), { status: 201, connection: 'keep-alive' });
  t.match(await send(`${service.url}/nothing`), { status: 404 });

  await withClient(urls.superuser, async (client) => {
    await client.query('BEGIN; LOCK TABLE pilot.pilot_contact_attempt_events');
    const underWay = post();
    await waitsForLock(client);
    service.child.kill('SIGTERM');
    await service.logged('service_stopping');
    t.match(await send(`${service.url}/readyz`), {
      status: 503,
      body: { status: 'not_ready', reason: 'stopping' },
    });
    await client.query('ROLLBACK');
    t.match(await underWay, { status: 201 });
    t.match(await post(), { status: 201 }, 'one more');
    await stopsListening(service.url);
    t.match(await post(), { status: 201, connection: 'close' }, 'a last one, on the connection that is open');
  });
  t.equal(await service.exited, 0);
  const counted = service.lines.filter((line) => line.includes('"errors_counted"'));
  t.match(counted.join(), /"code":"not-found","count":1}/, 'what went wrong is counted by code');
  t.ok(service.lines.at(-1)?.includes('"service_stopped"'));
});

t.test('a second signal ends it at once', async (t) => {
  const { urls, drop } = await cloneDatabase();
  t.teardown(drop);
  const service = await startServiceProcess(urls.app);
  service.child.kill('SIGTERM');
  await service.logged('service_stopping');
  service.child.kill('SIGTERM');
  t.equal(await service.exited, 1);
});
