import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { rawRequest, sendPipelined, sendRaw } from './plugins/support/raw-http.ts';
import { refused } from './plugins/support/refused.ts';
import { countRows } from './support/events.ts';
import { cycle, startTestService } from './support/service.ts';

/** What happens on a connection when a request is no acceptable HTTP, and its bounds. Which ones are not: bad-input/. */
const service = await startTestService(t);
const { owner } = service;
const base = '/api/v1/pilot';

t.test('the line is cut even when the other side does not hang up', async (t) => {
  const { url, app } = await startTestService(t);
  const cut = new Promise((done) => app.server.once('connection', (socket) => socket.once('close', done)));
  const { hostname, port } = new URL(url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.resume().write('nonsense\r\n\r\n');
  await cut;
  socket.destroy();
});

const body = JSON.stringify({
  pilot_cycle_id: cycle,
  org_id: service.orgA,
  cohort_label: 'youth',
  recorded_at: '2026-03-02T15:00:00Z',
  preferred_via_careconnect: true,
});
/** A good request, unless its body is another one. */
const post = (content = body, length = content.length) =>
  [
    `POST ${base}/events/preference-fit HTTP/1.1`,
    `authorization: Bearer ${owner.token}`,
    'content-type: application/json',
    `content-length: ${length}`,
    '',
    content,
  ].join('\r\n');

t.test('answers keep the order of the requests, also when a bad one follows a good one', async (t) => {
  const last = rawRequest('GET', `${base}/metrics/scorecard`);
  const follows: Record<string, [bytes: string, statuses: number[]]> = {
    garbage: ['garbage\r\n\r\n', [400]],
    'a tunnel': ['CONNECT x:443 HTTP/1.1\r\n\r\n', [400]],
    'headers of more than 8 KiB': [`GET / HTTP/1.1\r\nx: ${'y'.repeat(9_000)}\r\n\r\n`, [431]],
    '101 headers': [`GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(101)}\r\n`, [431]],
    'a bad chunk': [
      `${post('', 0).replace('content-length: 0', 'transfer-encoding: chunked')}no size\r\n`,
      [400],
    ],
    'not JSON, and a good one': [post('{') + post() + last, [400, 201, 401]],
    'one without a token, and a good one': [
      post().replace(/authorization.*\r\n/, '') + post() + last,
      [401, 201, 401],
    ],
    'one that is too large, and a good one': [post('', 70_000) + post() + last, [413]],
  };
  for (const [what, [bytes, statuses]] of Object.entries(follows)) {
    const before = await countRows(service, 'pilot_preference_fit_events');
    const answers = await sendPipelined(service, post() + bytes);
    t.same(
      answers.map(({ status }) => status),
      [201, ...statuses],
      what,
    );
    const stored = (await countRows(service, 'pilot_preference_fit_events')) - before;
    t.equal(stored, answers.filter(({ status }) => status === 201).length, `${what}: 201 means stored`);
  }
});

t.test('what follows a refused request on its connection is not taken for a request', async (t) => {
  const event = { id: randomUUID(), ...JSON.parse(body) };
  const twoHosts = 'GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n';
  const answers = await sendPipelined(service, twoHosts + post(JSON.stringify(event)).repeat(20));
  t.same(
    answers.map(({ status }) => status),
    [400],
  );
  const { status } = await owner.post('/events/preference-fit', event);
  t.equal(status, 201, 'it was not stored before');
});

t.test('whatever still comes after what was refused, it is refused once', async (t) => {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  const received = text(socket);
  await service.asSuperuser(async (client) => {
    await client.query('BEGIN; LOCK TABLE pilot.pilot_preference_fit_events');
    const refused = once(service.app.server, 'clientError');
    socket.write(`${post()}garbage\r\n\r\n`);
    await refused;
    socket.write(`garbage\r\n\r\n${post()}`);
    await client.query('COMMIT');
  });
  t.same((await received).match(/HTTP\/1.1 \d+/g), ['HTTP/1.1 201', 'HTTP/1.1 400']);
});

t.test('a request that was answered before its body came gets no second answer for a bad body', async (t) => {
  const { hostname, port } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  const received = text(socket);
  const answered = once(socket, 'readable');
  socket.write(`POST ${base}/scope/services HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n`);
  await answered;
  socket.write('no size\r\n');
  t.same((await received).match(/HTTP\/1.1 \d+/g), ['HTTP/1.1 401']);
});

t.test('a hundred headers are all read', async (t) => {
  const others = Array.from({ length: 97 }, (_, i) => `x-${i}: y`);
  const id = randomUUID();
  const answer = await sendRaw(service, rawRequest('GET', '/nothing', [...others, `x-request-id: ${id}`]));
  refused(t, answer, 'not-found');
  t.equal(answer.headers.get('x-request-id'), id, 'the last one, too');
});

t.test('connections, and requests on one of them, are bounded', async (t) => {
  t.match(service.app.server, { maxConnections: 2_000, maxRequestsPerSocket: 10_000, timeout: 90_000 });
});
