import { randomUUID } from 'node:crypto';
import t from 'tap';
import { at, contactAttemptBody, eventKinds, later, referralBody } from '../support/events.ts';
import { cycle, service, startTestService, type TestService } from '../support/service.ts';

/**
 * The order of refusals as seen from outside (spec 2.1): of any two things that are wrong with a request, the one that
 * comes first in `defects` is answered, on every route.
 */
type Body = Record<string, unknown>;

interface Request {
  method: string;
  path: string;
  query: string[];
  token: string | undefined;
  mediaType: string;
  body: Body | undefined;
  /** What follows the body's JSON. */
  tail: string;
  mostBytes: number;
}

interface Defect {
  name: string;
  status: number;
  type: string;
  needsBody?: boolean;
  make(request: Request): void;
}

interface Route {
  name: string;
  /** A request that would be accepted. */
  request(s: TestService): Promise<Request>;
  /** Defects that only the storage finds, first one first. */
  stored: Defect[];
  /** Permission is judged for each event; the answer says so, and is none of these refusals. */
  judgesEvents?: boolean;
}

const request = (s: TestService, method: string, path: string, body?: Body): Request => ({
  method,
  path,
  query: [],
  token: s.appAdmin.token,
  mediaType: 'application/json',
  body,
  tail: '',
  mostBytes: 64 * 1024,
});
const inBody = (name: string, status: number, type: string, change: (body: Body) => Body): Defect => ({
  name,
  status,
  type,
  make: (request) => {
    request.body = change(request.body ?? {});
  },
});
const defectsOf = (s: TestService): Defect[] => [
  { name: 'no token', status: 401, type: 'unauthenticated', make: (r) => (r.token = undefined) },
  {
    name: 'media type',
    status: 415,
    type: 'unsupported-media-type',
    needsBody: true,
    make: (r) => (r.mediaType = 'text/plain'),
  },
  {
    name: 'size',
    status: 413,
    type: 'body-too-large',
    needsBody: true,
    make: (r) => (r.tail += ' '.repeat(r.mostBytes)),
  },
  { name: 'privacy key', status: 400, type: 'privacy-key', make: (r) => r.query.push('query_text=jane') },
  { name: 'not JSON', status: 400, type: 'malformed-json', needsBody: true, make: (r) => (r.tail += '}') },
  { name: 'unknown key', status: 400, type: 'invalid-request', make: (r) => r.query.push('undeclared=1') },
  { name: 'permission', status: 403, type: 'forbidden', make: (r) => (r.token &&= s.stranger.token) },
];

const unknownCycle = inBody('unregistered cycle', 422, 'unknown-reference', (body) => ({
  ...body,
  pilot_cycle_id: 'nope',
}));
const used = randomUUID();
const decision = {
  decision: 'blocked',
  decision_date: '2026-03-01',
  redline_checklist_version: 'v1',
  violations: [],
  compensating_controls: [],
  owners: ['lead'],
};

const readOfCycle = (path: string): Omit<Route, 'stored'> => ({
  name: path,
  request: async (s) => ({
    ...request(s, 'GET', `/metrics/${path}`),
    query: [`pilot_cycle_id=${cycle}`],
  }),
});

const routes: Route[] = [
  ...eventKinds.map(
    (kind): Route => ({
      name: kind.name,
      async request(s) {
        const body: Body = { id: randomUUID(), ...(await kind.body(s)) };
        await s.owner.post(kind.path, body);
        return request(s, 'POST', kind.path, body);
      },
      stored: [unknownCycle, inBody('used id', 409, 'id-conflict', (body) => kind.changed(body))],
    }),
  ),
  {
    name: 'referral update',
    async request(s) {
      const id = (await s.owner.post('/events/referral', referralBody(s.orgA))).body.id;
      const body = { source_org_id: s.orgA, referral_state: 'failed', updated_at: later, terminal_at: later };
      return request(s, 'PATCH', `/events/referral/${id}`, body);
    },
    stored: [
      {
        name: 'unknown referral',
        status: 404,
        type: 'not-found',
        make: (r) => (r.path = `/events/referral/${randomUUID()}`),
      },
      inBody('an old update', 409, 'state-conflict', (body) => ({ ...body, updated_at: at })),
    ],
  },
  {
    name: 'batch',
    async request(s) {
      const events = [{ kind: 'contact-attempt', ...contactAttemptBody(s.orgA, { id: randomUUID() }) }];
      return { ...request(s, 'POST', '/events/batch', { events }), mostBytes: 2 * 1024 * 1024 };
    },
    stored: [],
    judgesEvents: true,
  },
  {
    name: 'scope',
    request: async (s) =>
      request(s, 'POST', '/scope/services', {
        pilot_cycle_id: cycle,
        org_id: s.orgA,
        service_id: service,
        sla_tier: 'crisis',
      }),
    stored: [unknownCycle],
  },
  {
    name: 'recompute',
    request: async (s) => request(s, 'POST', '/metrics/recompute', { pilot_cycle_id: cycle, org_id: s.orgA }),
    stored: [unknownCycle],
  },
  {
    name: 'recompute of a whole cycle',
    request: async (s) => request(s, 'POST', '/metrics/recompute', { pilot_cycle_id: cycle }),
    stored: [unknownCycle],
  },
  ...['history', 'windows'].map((path): Route => ({ ...readOfCycle(path), stored: [] })),
  {
    ...readOfCycle('organizations'),
    stored: [
      {
        name: 'unregistered cycle',
        status: 422,
        type: 'unknown-reference',
        make: (r) => (r.query[0] = 'pilot_cycle_id=nope'),
      },
    ],
  },
  {
    name: 'scorecard',
    async request(s) {
      await s.owner.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: s.orgA });
      const read = request(s, 'GET', '/metrics/scorecard');
      return { ...read, query: [`org_id=${s.orgA}`, `pilot_cycle_id=${cycle}`] };
    },
    stored: [
      {
        name: 'never computed',
        status: 404,
        type: 'not-found',
        make: (r) => (r.query[1] = 'pilot_cycle_id=nope'),
      },
    ],
  },
  ...['/metrics/breakdown', '/scope/freshness', '/scope/readiness'].map(
    (path): Route => ({
      name: path,
      async request(s) {
        return { ...request(s, 'GET', path), query: [`org_id=${s.orgA}`, `pilot_cycle_id=${cycle}`] };
      },
      stored: [
        {
          name: 'unregistered cycle',
          status: 422,
          type: 'unknown-reference',
          make: (r) => (r.query[1] = 'pilot_cycle_id=nope'),
        },
      ],
    }),
  ),
  { name: 'access', request: async (s) => request(s, 'GET', '/access'), stored: [] },
  {
    name: 'decision',
    async request(s) {
      await s.appAdmin.post('/integration-feasibility', { id: used, ...decision });
      return request(s, 'POST', '/integration-feasibility', { id: used, ...decision });
    },
    stored: [inBody('used id', 409, 'id-conflict', (body) => ({ ...body, owners: ['other'] }))],
  },
];

/** Sends the request with these defects; those that are found last are made first. */
function send(s: TestService, whole: Request, defects: readonly Defect[]) {
  const r: Request = { ...whole, query: [...whole.query] };
  for (const defect of [...defects].reverse()) defect.make(r);
  return s.send(r.method, `${r.path}?${r.query.join('&')}`, {
    ...(r.token !== undefined && { token: r.token }),
    ...(r.body && { body: JSON.stringify(r.body) + r.tail, headers: { 'content-type': r.mediaType } }),
  });
}

const s = await startTestService(t);
const applicable = (s: TestService, route: Route, whole: Request) => [
  ...defectsOf(s).filter(
    ({ needsBody, status }) => (whole.body || !needsBody) && !(route.judgesEvents && status === 403),
  ),
  ...route.stored,
];

for (const route of routes) {
  t.test(`${route.name}: of two things that are wrong, the earlier in the order is answered`, async (t) => {
    const whole = await route.request(s);
    const defects = applicable(s, route, whole);
    for (const [i, first] of defects.entries()) {
      for (const second of defects.slice(i)) {
        const answer = await send(s, whole, [first, second]);
        t.equal(answer.status, first.status, `${first.name}, ${second.name}`);
        t.equal(answer.body.type, `/problems/${first.type}`, `${first.name}, ${second.name}`);
      }
    }
    const everything = await send(s, whole, defects);
    t.equal(everything.status, 401, 'everything is wrong at once');
    t.notMatch(everything.text + s.log(), 'jane');
    t.match(await send(s, whole, []), { status: /^20[01]$/ }, 'and nothing wrong is accepted');
  });
}

t.test('the rate limit comes before everything else, the token included', async (t) => {
  const limited = await startTestService(t, {
    config: { rateLimits: { events: 1, recompute: 1, scorecard: 1, decisions: 1, reads: 1 } },
  });
  for (const route of routes) {
    const whole = await route.request(limited);
    await send(limited, whole, []);
    for (const defect of applicable(limited, route, whole)) {
      const answer = await send(limited, whole, [defect]);
      t.equal(answer.status, 429, `${route.name}: ${defect.name}`);
      t.match(answer.headers.get('retry-after'), /^[1-9]\d?$/);
    }
  }
  t.equal((await limited.send('GET', '/nowhere')).status, 429, 'unknown routes are limited too');
});

const people = { privacy: { deep: [{ 'Query-Text': 'jane' }] } };
const unreadable: [string, string][] = [
  ['a field twice', `{"a":1,"a":2,${JSON.stringify(people).slice(1)}`],
  ['too deep', `{"a":[[[[[[[[[[1]]]]]]]]]],${JSON.stringify(people).slice(1)}`],
  ['an array', JSON.stringify([people])],
  ['unknown keys', JSON.stringify({ jane: 1, ...people })],
  ['a wrong type', JSON.stringify({ id: 1, NOTES: null })],
];
for (const [what, text] of unreadable) {
  t.test(`a privacy key in the body wins over every other 400: ${what}`, async (t) => {
    for (const path of [
      '/events/referral?undeclared=1',
      '/events/batch?undeclared=1',
      '/integration-feasibility',
      '/metrics/recompute',
    ]) {
      const answer = await s.owner.post(path, text);
      t.equal(answer.status, 400);
      t.equal(answer.body.type, '/problems/privacy-key');
      t.notMatch(answer.text + s.log(), 'jane');
    }
  });
}

t.test('a malformed id in the path loses against a privacy key and wins against permission', async (t) => {
  const body = { source_org_id: s.orgA, referral_state: 'failed', updated_at: later, terminal_at: later };
  const privacy = await s.owner.patch('/events/referral/nope', { ...body, notes: 'jane' });
  t.match(privacy.body, { type: '/problems/privacy-key', status: 400 });
  t.match((await s.stranger.patch('/events/referral/nope', body)).body, {
    type: '/problems/invalid-request',
  });
});

t.test('an unknown route or method is 401 without a token and 404 with one, whatever its body', async (t) => {
  const unknown: [string, string][] = [
    ['GET', '/nowhere'],
    ['POST', '/nowhere?query=jane'],
    ['GET', '/events/referral'],
    ['PUT', '/events/referral'],
    ['DELETE', `/events/referral/${randomUUID()}`],
    ['POST', '/metrics/scorecard'],
    ['POST', '//api/v2/jane'],
    ['GET', '//api'],
  ];
  for (const [method, path] of unknown) {
    const body = method === 'GET' ? {} : { body: '{"message":', headers: { 'content-type': 'text/plain' } };
    const anonymous = await s.send(method, path, body);
    t.match(anonymous, { status: 401, body: { type: '/problems/unauthenticated' } }, `${method} ${path}`);
    const known = await s.send(method, path, { token: s.owner.token, ...body });
    t.match(known, { status: 404, body: { type: '/problems/not-found' } }, `${method} ${path}`);
    t.notMatch(anonymous.text + known.text + s.log(), 'jane');
  }
});
