import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import t from 'tap';
import { startTestService, type TestService } from '../support/service.ts';
import { rawRequest, sendRaw } from './support/raw-http.ts';
import { refused } from './support/refused.ts';

const service = await startTestService(t);
const { owner } = service;
const base = '/api/v1/pilot';
const ownId = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Like `send`, for addresses and methods that fetch would change or refuse. */
const sendAsIs = (method: string, path: string, token?: string, headers: string[] = []) =>
  sendRaw(
    service,
    rawRequest(method, path, [...(token ? [`authorization: Bearer ${token}`] : []), ...headers]),
  );

t.test('an unknown route or method under /api is 401 without a token and 404 with one', async (t) => {
  const unknown = [
    ['GET', '/api'],
    ['GET', '/api/'],
    ['GET', '/api/v1'],
    ['GET', '/api/v2/pilot/metrics/scorecard'],
    ['GET', `${base}/`],
    ['GET', `${base}/events`],
    ['GET', `${base}/events/contact-attempt`],
    ['POST', `${base}/events/contact-attempt/`],
    ['POST', `${base}/Events/contact-attempt`],
    ['POST', `${base}//events/contact-attempt`],
    ['POST', `${base}/events/%2e%2e/events/contact-attempt`],
    ['PUT', `${base}/events/contact-attempt`],
    ['DELETE', `${base}/events/contact-attempt`],
    ['OPTIONS', `${base}/events/contact-attempt`],
    ['HEAD', `${base}/metrics/scorecard`],
    ['TRACE', `${base}/metrics/scorecard`],
    ['PROPFIND', `${base}/metrics/scorecard`],
    ['QUERY', `${base}/metrics/scorecard`],
    ['POST', `${base}/metrics/scorecard`],
    ['PATCH', `${base}/events/referral`],
    ['PATCH', `${base}/events/referral/${randomUUID()}/x`],
  ] as const;
  for (const [method, path] of unknown) {
    const answers = [await sendAsIs(method, path), await sendAsIs(method, path, owner.token)];
    if (method === 'HEAD') {
      t.same(
        answers.map(({ status, text }) => [status, text]),
        [
          [401, ''],
          [404, ''],
        ],
        'HEAD has no body',
      );
      continue;
    }
    refused(t, answers[0] as (typeof answers)[0], 'unauthenticated', `${method} ${path}`);
    refused(t, answers[1] as (typeof answers)[0], 'not-found', `${method} ${path}`);
  }
});

t.test('an unknown address is answered the same whatever body comes with it', async (t) => {
  const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip' };
  for (const body of ['x', '{"notes":1}', 'x'.repeat(70_000)]) {
    refused(t, await owner.post('/nothing', body, { headers }), 'not-found');
    refused(t, await service.send('POST', '/nothing', { body, headers }), 'unauthenticated');
  }
});

t.test('an unknown address outside /api is 404 and asks for no token', async (t) => {
  for (const path of [
    '/',
    '/nothing',
    '/apis',
    '/api.json',
    '/metrics',
    '/.env',
    '/healthz/x',
    '/docs/../x',
  ]) {
    refused(t, await sendAsIs('GET', path), 'not-found', path);
  }
  for (const method of ['POST', 'DELETE', 'OPTIONS'])
    refused(t, await sendAsIs(method, '/healthz'), 'not-found');
});

t.test('an address that cannot be decoded is 400; under /api only with a token', async (t) => {
  for (const path of [`${base}/%zz`, `${base}/events/referral/%`, `${base}/%c3%28`, '/api/%ff']) {
    refused(t, await sendAsIs('GET', path), 'unauthenticated', path);
    refused(t, await sendAsIs('GET', path, 'garbage'), 'unauthenticated', path);
    refused(t, await sendAsIs('GET', path, owner.token), 'invalid-request', path);
  }
  refused(t, await sendAsIs('GET', '/%zz'), 'invalid-request', 'outside /api');
});

t.test('an id in the path that is no UUID is 400, however long', async (t) => {
  for (const id of [
    'x',
    `${randomUUID()}0`,
    'x'.repeat(64),
    'x'.repeat(65),
    'x'.repeat(5_000),
    '%00',
    '%2F',
  ]) {
    const path = `/events/referral/${id}`;
    refused(t, await owner.patch(path, {}), 'invalid-request', path.slice(0, 90));
    refused(t, await service.send('PATCH', path, { body: {} }), 'unauthenticated', path.slice(0, 90));
  }
});

t.test('what Node would answer in its own words goes the usual way', async (t) => {
  const path = `${base}/metrics/scorecard`;
  const requests = {
    'an Expect that nobody knows': rawRequest('GET', path, ['expect: nonsense']),
    'no Host': `GET ${path} HTTP/1.1\r\nconnection: close\r\n\r\n`,
  };
  for (const [what, bytes] of Object.entries(requests)) {
    const answer = await sendRaw(service, bytes);
    refused(t, answer, 'unauthenticated', what);
    t.equal(answer.headers.get('cache-control'), 'no-store', what);
  }
});

t.test('a caller that hangs up in the middle of a body is no failure of ours', async (t) => {
  const { url, log, app, owner } = await startTestService(t);
  const gone = new Promise((done) => app.server.once('connection', (socket) => socket.once('close', done)));
  const { hostname, port } = new URL(url);
  const headers = [
    `authorization: Bearer ${owner.token}`,
    'content-type: application/json',
    'content-length: 500',
  ];
  const socket = connect({ port: Number(port), host: hostname });
  const parsing = new Promise((done) =>
    app.server.once('request', (request) => request.once('resume', done)),
  );
  socket.write(rawRequest('POST', `${base}/events/contact-attempt`, headers, '{"a'));
  await parsing;
  socket.destroy();
  await gone;
  await app.close();
  t.notMatch(log(), /request_failed/);
});

t.test('a request id is taken over when it is a UUID, and replaced by ours otherwise', async (t) => {
  const knock = (id: string) => service.send('GET', '/nothing', { headers: { 'x-request-id': id } });
  const ids = [randomUUID(), randomUUID().toUpperCase(), '00000000-0000-0000-0000-000000000000'];
  for (const id of ids) t.equal((await knock(id)).body.request_id, id);
  const others = [
    '',
    'x',
    `${randomUUID()}x`,
    randomUUID().replaceAll('-', ''),
    `{${randomUUID()}}`,
    '<script>',
    '1',
  ];
  for (const id of others) {
    const answer = await knock(id);
    refused(t, answer, 'unauthenticated', id);
    t.match(answer.body.request_id, ownId, id);
  }
  const [first, second] = [randomUUID(), randomUUID()];
  const twice = await sendAsIs('GET', '/api', undefined, [
    `x-request-id: ${first}`,
    `x-request-id: ${second}`,
  ]);
  t.match(twice.body.request_id, ownId, 'two of them');
});

t.test('every answer under /api carries its request id and is not to be stored', async (t) => {
  const body = {
    pilot_cycle_id: 'cycle-a',
    org_id: service.orgA,
    service_id: 'service-one',
    sla_tier: 'crisis',
  };
  const { pilot_cycle_id, org_id } = body;
  const answers = {
    201: await owner.post('/scope/services', body),
    200: await owner.post('/metrics/recompute', { pilot_cycle_id, org_id }),
    400: await owner.post('/scope/services', '{'),
    401: await service.send('POST', '/scope/services', { body }),
    403: await service.stranger.post('/scope/services', body),
    404: await owner.get(`/metrics/scorecard?pilot_cycle_id=cycle-b&org_id=${org_id}`),
    413: await owner.post('/scope/services', 'x'.repeat(70_000)),
    415: await owner.post('/scope/services', body, { headers: { 'content-type': 'text/plain' } }),
    422: await owner.post('/scope/services', { ...body, service_id: 'nobody' }),
  };
  for (const [status, answer] of Object.entries(answers)) {
    t.equal(answer.status, Number(status));
    t.equal(answer.headers.get('cache-control'), 'no-store', status);
    t.match(answer.headers.get('x-request-id'), ownId, status);
    t.equal(answer.headers.get('access-control-allow-origin'), null, status);
    t.equal(answer.headers.get('x-powered-by') ?? answer.headers.get('server'), null, status);
  }
});

t.test('a method override in a header has no effect', async (t) => {
  for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    const answer = await service.send('GET', '/scope/services', {
      token: owner.token,
      headers: { [name]: 'POST' },
    });
    refused(t, answer, 'not-found', name);
  }
});

t.test('without a valid token, an endpoint answers 401 before it looks at anything else', async (t) => {
  const operations: [string, string][] = Object.entries(service.app.swagger().paths ?? {}).flatMap(
    ([path, item]) =>
      Object.keys(item ?? {}).map((method): [string, string] => [
        method.toUpperCase(),
        path.replace('{id}', 'x'),
      ]),
  );
  t.ok(operations.length > 30);
  for (const [method, path] of operations) {
    const options = { body: '{"notes":', headers: { 'content-type': 'text/plain' } };
    const send = (service: TestService) =>
      service.send(method, `/${path}?notes=x`, method === 'GET' ? {} : options);
    refused(t, await send(service), 'unauthenticated', `${method} ${path}`);
  }
});
