import t from 'tap';
import { operationsFor } from './canary/support/operations.ts';
import { refused } from './plugins/support/refused.ts';
import { startTestService } from './support/service.ts';

/** What holds for every operation that the description names, with the requests that it gives as examples. */
const s = await startTestService(t);

const operations = operationsFor(s).map(({ name, method, path, query, body }) => ({
  name,
  method,
  path: `/${path}`,
  query: new URLSearchParams(
    Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
  ).toString(),
  body,
}));
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
