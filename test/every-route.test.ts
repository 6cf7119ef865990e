import t from 'tap';
import { z } from 'zod';
import { refused } from './plugins/support/refused.ts';
import { startTestService } from './support/service.ts';

/** What holds for every operation that the description names, with the requests that it gives as examples. */
const s = await startTestService(t);

const mediaType = z.object({ schema: z.looseObject({}) });
const description = z.object({
  components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        parameters: z
          .array(z.object({ in: z.string(), name: z.string(), required: z.boolean().optional() }))
          .default([]),
        requestBody: z.object({ content: z.object({ 'application/json': mediaType }) }).optional(),
      }),
    ),
  ),
});
const { paths, components } = description.parse(s.app.swagger());

/** What a query string and a path need, by the names of their parameters. */
const values: Readonly<Record<string, string>> = { pilot_cycle_id: 'cycle-a', org_id: s.orgA };
const idIn = (path: string) =>
  path.includes('/approvals/')
    ? 'D4'
    : path.includes('/controls/')
      ? 'C1'
      : '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e12';

const operations = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { parameters, requestBody }]) => {
    const schema = requestBody?.content['application/json'].schema;
    const name =
      String(schema?.$ref ?? '')
        .split('/')
        .at(-1) ?? '';
    const [body] = z.array(z.looseObject({})).catch([]).parse(components.schemas[name]?.examples);
    const needed = parameters.filter((one) => one.in === 'query' && one.required);
    const query = new URLSearchParams(
      needed.map((one): [string, string] => [one.name, values[one.name] ?? '']),
    );
    return {
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: `/${path.replace('{id}', idIn(path))}`,
      query: String(query),
      body,
    };
  }),
);
type Operation = (typeof operations)[number];
const send = ({ method, path, query, body }: Operation, token: string) =>
  s.send(method, `${path}${query && `?${query}`}`, { token, ...(method !== 'GET' && { body }) });
const writes = operations.filter(({ method }) => method !== 'GET');

t.test('a good request of somebody who takes part in nothing is refused, whatever it asks', async (t) => {
  for (const operation of operations) {
    const answer = await send(operation, s.stranger.token);
    if (operation.path.endsWith('/batch')) {
      const problems = answer.body.results.map(
        ({ problem }: { problem: { status: number } }) => problem.status,
      );
      t.same(new Set(problems), new Set([403]), operation.name);
    } else refused(t, answer, 'forbidden', operation.name);
  }
});

t.test('a privacy key is refused in every query string, and in every body at any depth', async (t) => {
  for (const operation of operations) {
    const asked = { ...operation, query: `${operation.query}&user-text=x` };
    refused(t, await send(asked, s.appAdmin.token), 'privacy-key', `${operation.name}: query`);
  }
  for (const operation of writes) {
    const body = { ...operation.body, deep: [{ queryText: 'parrot' }] };
    const answer = await send({ ...operation, body }, s.appAdmin.token);
    refused(t, answer, 'privacy-key', `${operation.name}: body`);
    t.notMatch(answer.text, /parrot/, operation.name);
  }
});

t.test('an unknown field and an undeclared parameter are refused, and not repeated', async (t) => {
  for (const operation of operations) {
    const asked = { ...operation, query: `${operation.query}&parrot=words` };
    const answer = await send(asked, s.appAdmin.token);
    refused(t, answer, 'invalid-request', `${operation.name}: query`);
    t.notMatch(answer.text, /parrot|words/, operation.name);
  }
  for (const operation of writes) {
    const answer = await send(
      { ...operation, body: { ...operation.body, parrot: 'words' } },
      s.appAdmin.token,
    );
    refused(t, answer, 'invalid-request', `${operation.name}: body`);
    t.notMatch(answer.text, /parrot|words/, operation.name);
  }
});

t.test('every body has to be JSON, of its media type, and not too large', async (t) => {
  for (const { name, method, path, body } of writes) {
    const token = s.appAdmin.token;
    const answered = (sent: unknown, headers = {}) => s.send(method, path, { token, body: sent, headers });
    refused(t, await answered('{'), 'malformed-json', name);
    refused(
      t,
      await answered(JSON.stringify(body), { 'content-type': 'text/plain' }),
      'unsupported-media-type',
      name,
    );
    refused(t, await answered(`"${'x'.repeat(3 * 1024 * 1024)}"`), 'body-too-large', name);
  }
});

t.test('no answer may be stored, and each carries the id of its request', async (t) => {
  const id = '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e77';
  for (const { name, method, path, query, body } of operations) {
    const answer = await s.send(method, `${path}?${query}`, {
      token: s.appAdmin.token,
      headers: { 'x-request-id': id },
      ...(method !== 'GET' && { body }),
    });
    t.equal(answer.headers.get('cache-control'), 'no-store', name);
    t.equal(answer.headers.get('x-request-id'), id, name);
    t.ok(answer.status < 500, `${name}: ${answer.status}`);
  }
});
