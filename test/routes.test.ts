import type { FastifyInstance, FastifyPluginAsync, RouteOptions } from 'fastify';
import t, { type Test } from 'tap';
import { z } from 'zod';
import { buildApp } from '../src/app.ts';
import { systemClock } from '../src/clock.ts';
import { readSettings, serviceConfig } from '../src/config.ts';
import { openDatabase } from '../src/database/database.ts';
import { createLogger } from '../src/plugins/logging.ts';
import { makeToken } from '../src/token.ts';
import { refused } from './plugins/support/refused.ts';
import { jwtSecret, startTestService, type TestService } from './support/service.ts';

interface Route {
  method: string;
  url: string;
}

/** Every route of a built application, read from the tree that the router prints. */
function routeTable(app: FastifyInstance): Route[] {
  const trail: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', path = '', methods = ''] = /^([│├└─\s]*)(\S+) \(([A-Z, ]+)\)$/.exec(line) ?? [];
      trail.splice(indent.length / 4 - 1, Number.POSITIVE_INFINITY, path);
      return methods.split(', ').map((method) => ({ method, url: trail.join('') }));
    })
    .filter(({ method }) => method !== '');
}

const isOpen = ({ url }: Route) =>
  /^\/(healthz|readyz|openapi\.json|docs(\/.*)?|dashboard(\/assets\/:file)?)$/.test(url);
const guarded = ({ app }: TestService) => routeTable(app).filter((route) => !isOpen(route));

const knock = (service: TestService, { method, url }: Route, token?: string) =>
  service.send(method, `/${url.replace(/:\w+|\*/, 'x')}`, {
    ...(token !== undefined && { token }),
    ...(method !== 'GET' && { body: {} }),
  });

const description = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ responses: z.record(z.string(), z.unknown()) })),
  ),
});

t.test('no route answers without a token but health, readiness, the description and the page', async (t) => {
  const service = await startTestService(t);
  const { paths } = description.parse(service.app.swagger());
  const described = Object.values(paths).flatMap((path) => Object.keys(path));
  t.equal(guarded(service).length, described.length, 'all that are described were found');
  for (const route of guarded(service))
    refused(t, await knock(service, route), 'unauthenticated', `${route.method} ${route.url}`);

  const published = await startTestService(t, { config: { apiDocs: false } });
  t.same(
    routeTable(published.app).filter(isOpen),
    ['/healthz', '/readyz', '/dashboard', '/dashboard/assets/:file'].map((url) => ({ method: 'GET', url })),
    'with API_DOCS off',
  );
});

t.test('every other route counts a bad token against its limit', async (t) => {
  const service = await startTestService(t, {
    config: { rateLimits: { events: 1, recompute: 1, scorecard: 1, decisions: 1, reads: 1 } },
  });
  for (const route of guarded(service)) {
    await knock(service, route, 'garbage');
    refused(t, await knock(service, route, 'garbage'), 'rate-limited', `${route.method} ${route.url}`);
  }
});

t.test('every other route declares an answer for each status that it can answer', async (t) => {
  const service = await startTestService(t);
  const { paths } = description.parse(service.app.swagger());
  for (const { method, url } of guarded(service)) {
    const operation = paths[url.replace(/:(\w+)/, '{$1}')]?.[method.toLowerCase()];
    const declared = Object.keys(operation?.responses ?? {});
    const everywhere = ['200', '400', '401', '403', '429', '500', '501', '503'];
    const expected = method === 'GET' ? everywhere : [...everywhere, '413', '415'];
    t.same(
      expected.filter((status) => !declared.includes(status)),
      [],
      `${method} ${url}`,
    );
  }
});

/** The real application before it listens, so that a route can be added; it never gets to its database. */
async function buildRealApp(t: Test): Promise<FastifyInstance> {
  const config = serviceConfig(
    readSettings({
      DATABASE_URL: 'postgresql://127.0.0.1:1/none',
      JWT_SECRET: jwtSecret,
      ENTITY_KEY_PEPPER: 'x'.repeat(32),
    }),
  );
  const database = openDatabase({
    connectionString: config.databaseUrl,
    poolMax: 1,
    preparedStatements: false,
    onConnectionError: () => undefined,
  });
  const logger = createLogger('silent');
  const app = await buildApp({
    config,
    database,
    openPool: () => database,
    probe: database,
    clock: systemClock,
    logger,
  });
  t.teardown(() => app.close());
  return app;
}

/** The storage of a route that always has room for a request. */
const storage = { assertRoom: async () => undefined };

const answersOf = (statuses: string) =>
  Object.fromEntries(statuses.split(' ').map((status) => [status, z.strictObject({})]));
const answersToGet = answersOf('200 400 401 403 429 500 501 503');
const answersToPost = answersOf('201 400 401 403 413 415 429 500 501 503');

t.test('a route that lacks any one of them cannot be added', async (t) => {
  const app = await buildRealApp(t);
  const handler = async () => ({});
  const { onRequest, onSend, config } = app.guard({
    bucket: 'events',
    permission: 'canViewAnalytics',
    storage,
  });
  const complete = { onRequest, onSend, config, handler, schema: { response: answersToGet } };
  const [limit, room, authenticate] = onRequest;
  if (!limit || !room || !authenticate) throw new Error('The guard has no hooks.');
  const without = (status: string) => {
    const { [status]: _, ...response } = answersToPost;
    return { ...complete, method: 'POST', schema: { response } };
  };
  const lawless: Record<string, [RegExp, Partial<RouteOptions>]> = {
    nothing: [/no authorisation rule/, { handler }],
    'an empty config': [/no authorisation rule/, { ...complete, config: {} }],
    'a permission, but no token': [/no authorisation rule/, { ...complete, onRequest: [limit, room] }],
    'a permission alone': [/no authorisation rule/, { config, handler, schema: complete.schema }],
    'no limit': [/no rate limit before the token/, { ...complete, onRequest: [room, authenticate] }],
    'the limit after the token': [
      /no rate limit before the token/,
      { ...complete, onRequest: [authenticate, limit] },
    ],
    'no hook of its own for no-store': [/no no-store/, { ...complete, onSend: async () => undefined }],
    'no schema': [/no response schema for 400/, { ...complete, schema: {} }],
    'no answer for success': [/no response schema for its success/, without('201')],
    ...Object.fromEntries(
      Object.keys(answersToPost)
        .filter((status) => status !== '201')
        .map((status) => [
          `no answer ${status}`,
          [new RegExp(`no response schema for ${status}`), without(status)],
        ]),
    ),
  };
  for (const url of [
    '/api',
    '/api/v1/pilot/added',
    '/api/v2',
    '/:any/v1/pilot/scope/services',
    '/internal',
    '*',
  ]) {
    for (const [what, [message, options]] of Object.entries(lawless)) {
      t.throws(() => app.route({ method: 'GET', handler, ...options, url }), message, `${url} with ${what}`);
    }
  }
  const capability: FastifyPluginAsync = async (api) => {
    api.get('/added', handler);
  };
  await t.rejects(
    async () => app.register(capability, { prefix: '/api/v1/pilot' }),
    /no authorisation rule/,
    'in a capability',
  );
});

t.test('a route of the page needs no token, but cannot be added without a limit', async (t) => {
  const app = await buildRealApp(t);
  const handler = async () => ({});
  for (const url of ['/dashboard', '/dashboard/assets/:file']) {
    t.throws(() => app.route({ method: 'POST', url, handler }), /no rate limit/, url);
    t.doesNotThrow(() => app.route({ method: 'POST', url, handler, onRequest: app.rateLimits.reads }), url);
  }
});

t.test(
  'a route with all of them can be added, and then not even its handler makes an answer storable',
  async (t) => {
    const app = await buildRealApp(t);
    app.get('/api/v1/pilot/added', {
      ...app.guard({ bucket: 'scorecard', permission: 'canViewAnalytics', storage }),
      schema: { response: answersToGet },
      handler: async (_request, reply) => reply.header('cache-control', 'public, max-age=60').send({}),
    });
    const token = await makeToken(jwtSecret, '3f1c1a52-7e1a-4b41-9d0e-5a0c7d7c2f10', 60);
    const ask = (authorization: string) =>
      app.inject({ url: '/api/v1/pilot/added', headers: { authorization } });
    const [served, denied] = [await ask(`Bearer ${token}`), await ask('Bearer garbage')];
    t.same([served.statusCode, denied.statusCode], [200, 401]);
    for (const { headers } of [served, denied]) t.equal(headers['cache-control'], 'no-store');
  },
);
