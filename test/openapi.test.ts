import { readFileSync } from 'node:fs';
import t from 'tap';
import { z } from 'zod';
import { openApiText } from '../src/openapi-document.ts';
import { idIn } from './canary/support/operations.ts';
import { startTestService } from './support/service.ts';

const committed = readFileSync(new URL('../openapi/openapi.json', import.meta.url), 'utf8');

const mediaTypes = z.record(z.string(), z.looseObject({ schema: z.looseObject({}) }));
const operation = z.looseObject({
  summary: z.string().min(10),
  tags: z.array(z.string()).length(1),
  security: z.array(z.unknown()).optional(),
  parameters: z.array(z.looseObject({ in: z.string(), name: z.string() })).optional(),
  requestBody: z.looseObject({ required: z.boolean().optional(), content: mediaTypes }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string().min(10), content: mediaTypes })),
});
const description = z.looseObject({
  openapi: z.string(),
  security: z.array(z.unknown()),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
});
const document = description.parse(JSON.parse(committed));
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method,
    path,
    operation,
  })),
);

/** What a schema is, when it is named and kept elsewhere. */
function resolve(schema: Record<string, unknown>): Record<string, unknown> {
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
}

t.test(
  'the committed description is the one that the schemas generate; if not, run "npm run openapi"',
  async (t) => {
    t.ok((await openApiText()) === committed);
  },
);

const base = '/api/v1/pilot';
const kinds = [
  'contact-attempt',
  'connection',
  'referral',
  'service-status',
  'data-decay-audit',
  'preference-fit',
];
const recordsAt = [
  '/integration-feasibility/controls',
  '/gate-0/approvals',
  '/gate-0/threat-findings',
  '/gate-0/claims',
  '/gate-0/partners',
];

/** Every operation, and what it may be refused for beside what every operation may. */
const contract: Readonly<Record<string, string[]>> = {
  ...Object.fromEntries(kinds.map((kind) => [`POST /events/${kind}`, ['409', '422']])),
  'PATCH /events/referral/{id}': ['404', '409'],
  'POST /events/batch': [],
  'POST /scope/services': ['409', '422'],
  'GET /access': [],
  'GET /scope/readiness': ['422'],
  'GET /scope/freshness': ['422'],
  'POST /metrics/recompute': ['422'],
  'GET /metrics/scorecard': ['404'],
  'GET /metrics/breakdown': ['422'],
  'GET /metrics/organizations': ['422'],
  'GET /metrics/baseline': ['404', '422'],
  'GET /metrics/windows': ['422'],
  'GET /metrics/history': ['422'],
  'POST /integration-feasibility': ['409'],
  'GET /integration-feasibility': [],
  'GET /integration-feasibility/current': [],
  ...Object.fromEntries(
    recordsAt.flatMap((path) => [
      [`PUT ${path}/{id}`, path.endsWith('/partners') ? ['409', '422'] : ['409']],
      [`GET ${path}`, []],
      [`GET ${path}/{id}/history`, ['404']],
    ]),
  ),
  'GET /gate-0': ['422'],
};

t.test('it describes exactly the operations of the contract', async (t) => {
  t.match(document.openapi, /^3\.1\./);
  t.same(operations.map(({ name }) => name.replace(base, '')).toSorted(), Object.keys(contract).toSorted());
});

t.test('every operation takes a bearer token', async (t) => {
  t.same(document.security, [{ bearer: [] }]);
  t.match(document.components, { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } });
  for (const { name, operation } of operations)
    t.same(operation.security ?? [{ bearer: [] }], [{ bearer: [] }], name);
});

t.test('every operation declares its refusals, all of them as problem details', async (t) => {
  for (const { name, method, operation } of operations) {
    const expected = [
      ...['400', '401', '403', '429', '500', '501', '503'],
      ...(method === 'get' ? [] : ['413', '415']),
      ...(contract[name.replace(base, '')] ?? []),
    ];
    const declared = Object.keys(operation.responses);
    t.same(declared.filter((status) => Number(status) >= 400).toSorted(), expected.toSorted(), name);
    t.ok(declared.includes('200'), `${name}: 200`);
    for (const [status, { content }] of Object.entries(operation.responses)) {
      const mediaType = Number(status) >= 400 ? 'application/problem+json' : 'application/json';
      t.same(Object.keys(content), [mediaType], `${name}: ${status}`);
    }
  }
});

t.test('the summaries differ', async (t) => {
  t.equal(new Set(operations.map(({ operation }) => operation.summary)).size, operations.length);
});

t.test('every operation has a realistic example, and the service accepts the shape of each', async (t) => {
  const service = await startTestService(t);
  for (const { name, method, path, operation } of operations) {
    const examplesOf = (content: z.infer<typeof mediaTypes> | undefined) =>
      z
        .array(z.looseObject({}))
        .catch([])
        .parse(resolve(content?.['application/json']?.schema ?? {}).examples)
        // A schema without a name has its example beside it.
        .concat(z.looseObject({}).array().catch([]).parse([content?.['application/json']?.example]));
    if (!operation.requestBody) {
      t.ok(examplesOf(operation.responses['200']?.content).length > 0, `${name}: an example of its answer`);
      continue;
    }
    const examples = examplesOf(operation.requestBody.content);
    t.ok(examples.length > 0, `${name}: an example of its body`);
    for (const example of examples) {
      const url = `/${path.replace('{id}', idIn(path))}`;
      const { status, body } = await service.send(method.toUpperCase(), url, {
        token: service.owner.token,
        body: example,
      });
      const results: { problem?: { status: number } }[] = body.results ?? [{ problem: { status } }];
      for (const { problem } of results)
        t.equal(problem?.status, 403, `${name}: only the organisation is not the caller's`);
    }
  }
});

t.test('the description and its reference are served only when API_DOCS is on', async (t) => {
  const [on, off] = [await startTestService(t), await startTestService(t, { config: { apiDocs: false } })];
  t.same((await on.send('GET', '//openapi.json')).body, JSON.parse(committed));
  t.match(await on.send('GET', '//docs'), { status: 200, text: /swagger/i });
  for (const path of ['//openapi.json', '//docs', '//docs/json', '//docs/static/index.html']) {
    t.equal((await off.send('GET', path)).status, 404, path);
  }
});
