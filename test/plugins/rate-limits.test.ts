import { randomUUID } from 'node:crypto';
import t from 'tap';
import { type SendOptions, startTestService, type TestService } from '../support/service.ts';
import { rawRequest, sendRaw } from './support/raw-http.ts';
import { refused } from './support/refused.ts';

const rateLimits = { events: 3, recompute: 2, scorecard: 2, decisions: 1, reads: 1 };
const limited = await startTestService(t, { config: { rateLimits, trustProxy: ['127.0.0.1'] } });

let clients = 0;
function newAddress(): string {
  clients += 1;
  return `203.0.113.${clients}`;
}

/** One client, with an address of its own behind the proxy that is believed. */
function client(service: TestService, ip = newAddress()) {
  return (method: string, path: string, options: SendOptions & { token?: string } = {}) =>
    service.send(method, path, { ...options, headers: { 'x-forwarded-for': ip, ...options.headers } });
}

const token = limited.owner.token;
const body = {};
const bucketOf: readonly (readonly [bucket: keyof typeof rateLimits, method: string, path: string])[] = [
  ['events', 'POST', '/events/contact-attempt'],
  ['events', 'POST', '/events/referral'],
  ['events', 'PATCH', `/events/referral/${randomUUID()}`],
  ['events', 'POST', '/events/connection'],
  ['events', 'POST', '/events/service-status'],
  ['events', 'POST', '/events/data-decay-audit'],
  ['events', 'POST', '/events/preference-fit'],
  ['events', 'POST', '/events/batch'],
  ['events', 'POST', '/scope/services'],
  ['events', 'POST', '/nothing'],
  ['events', 'PATCH', '/events/contact-attempt'],
  ['events', 'GET', '//nothing'],
  ['events', 'POST', '//nothing'],
  ['events', 'GET', '//api/%zz'],
  ['events', 'PATCH', `/events/referral/${'x'.repeat(100)}`],
  ['recompute', 'POST', '/metrics/recompute'],
  ['scorecard', 'GET', '/metrics/scorecard'],
  ['decisions', 'POST', '/integration-feasibility'],
];

for (const [bucket, method, path] of bucketOf) {
  t.test(`${method} ${path} counts in the bucket "${bucket}" and says so`, async (t) => {
    const send = client(limited);
    const max = rateLimits[bucket];
    const options = { token, ...(method !== 'GET' && { body }) };
    for (let left = max - 1; left >= 0; left -= 1) {
      const answer = await send(method, path, options);
      t.not(answer.status, 429);
      t.equal(answer.headers.get('ratelimit-policy'), `"${bucket}";q=${max};w=60`);
      t.match(answer.headers.get('ratelimit'), new RegExp(`^"${bucket}";r=${left};t=([1-9]|[1-5]\\d|60)$`));
      t.equal(answer.headers.get('retry-after'), null);
    }
    const answer = await send(method, path, options);
    refused(t, answer, 'rate-limited');
    t.match(answer.headers.get('ratelimit'), /;r=0;/);
    t.match(answer.headers.get('retry-after'), /^([1-9]|[1-5]\d|60)$/);
  });
}

t.test('routes of one bucket share its count', async (t) => {
  const routes = bucketOf.filter(([bucket]) => bucket === 'events');
  for (const [, firstMethod, firstPath] of routes) {
    const send = client(limited);
    for (let count = 0; count < rateLimits.events; count += 1) {
      await send(firstMethod, firstPath, { token, ...(firstMethod !== 'GET' && { body }) });
    }
    refused(t, await send('POST', '/scope/services', { token, body }), 'rate-limited', firstPath);
  }
});

t.test(
  'one bucket that is empty leaves the others alone, and one client leaves the others alone',
  async (t) => {
    const send = client(limited);
    await send('POST', '/integration-feasibility', { token, body });
    refused(t, await send('POST', '/integration-feasibility', { token, body }), 'rate-limited');
    for (const path of ['/events/referral', '/metrics/recompute']) {
      refused(t, await send('POST', path, { token, body }), 'invalid-request', path);
    }
    refused(t, await send('GET', '/metrics/scorecard', { token }), 'invalid-request');
    const other = await client(limited)('POST', '/integration-feasibility', { token, body });
    refused(t, other, 'invalid-request');
  },
);

t.test('the limit comes before the token, so that bad tokens are limited', async (t) => {
  for (const bad of [undefined, 'garbage']) {
    for (const [bucket, method, path] of bucketOf) {
      const send = client(limited);
      const options = { ...(bad && { token: bad }), ...(method !== 'GET' && { body }) };
      const statuses = new Set<number>();
      for (let count = 0; count < rateLimits[bucket]; count += 1) {
        statuses.add((await send(method, path, options)).status);
      }
      t.same([...statuses], [path === '//nothing' ? 404 : 401], `${method} ${path}`);
      refused(t, await send(method, path, options), 'rate-limited', `${method} ${path}`);
    }
  }
});

t.test(
  'a client cannot pass as another one by X-Forwarded-For unless its address is a trusted proxy',
  async (t) => {
    for (const trustProxy of [undefined, ['192.0.2.1'], ['10.0.0.0/8']]) {
      const service = await startTestService(t, { config: { rateLimits, trustProxy } });
      for (let count = 0; count < rateLimits.events; count += 1) await client(service)('GET', '/nothing');
      refused(t, await client(service)('GET', '/nothing'), 'rate-limited', `trusting ${trustProxy}`);
    }
  },
);

t.test('behind trusted proxies, the client is the last address that is not one of them', async (t) => {
  const trustProxy = ['127.0.0.0/8', '10.0.0.0/8'];
  const service = await startTestService(t, { config: { rateLimits, trustProxy } });
  for (let count = 0; count < rateLimits.events; count += 1) {
    await client(service, `192.0.2.${count}, 198.51.100.7, 10.1.2.3`)('GET', '/nothing');
  }
  refused(t, await client(service, '198.51.100.7')('GET', '/nothing'), 'rate-limited');
  refused(t, await client(service, '192.0.2.0')('GET', '/nothing'), 'unauthenticated');
});

t.test('a window begins with its first request, and lets go a minute later', async (t) => {
  const send = client(limited);
  const start = performance.now();
  let ahead = 0;
  t.intercept(performance, 'now', { value: () => start + ahead });
  for (const secondsLater of [0, 20, 40, 59]) {
    ahead = secondsLater * 1000;
    const answer = await send('GET', '/nothing');
    t.equal(answer.status, secondsLater === 59 ? 429 : 401);
    t.match(answer.headers.get('ratelimit'), new RegExp(`;t=${60 - secondsLater}$`));
  }
  ahead = 61_000;
  t.equal((await send('GET', '/nothing')).headers.get('ratelimit'), '"events";r=2;t=60');
});

t.test('an IPv6 client is limited as its /64, an IPv4 client in IPv6 spelling as itself', async (t) => {
  const families = [
    ['2001:db8:0:1::1', '2001:db8:0:1::2', '2001:0DB8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::3'],
    ['198.51.100.9', '::ffff:198.51.100.9', '::ffff:c633:6409', '198.51.100.9'],
  ];
  for (const [first = '', ...others] of families) {
    t.equal((await client(limited, first)('GET', '/nothing')).status, 401);
    for (const [index, ip] of others.entries()) {
      t.equal((await client(limited, ip)('GET', '/nothing')).status, index < 2 ? 401 : 429, ip);
    }
  }
  for (const other of ['2001:db8:0:2::1', '::ffff:198.51.100.10']) {
    t.equal((await client(limited, other)('GET', '/nothing')).status, 401, other);
  }
});

t.test('a flood of addresses makes the service forget the quiet ones, and only them', async (t) => {
  const mostAddresses = 20_000;
  const [quiet, busy] = [client(limited), client(limited)];
  for (const send of [quiet, busy]) {
    for (let count = 0; count < rateLimits.events; count += 1) await send('GET', '//nothing');
    refused(t, await send('GET', '//nothing'), 'rate-limited');
  }
  for (let sent = 0; sent < mostAddresses; sent += 5_000) {
    const requests = Array.from({ length: 5_000 }, (_, index) => {
      const network = (sent + index).toString(16);
      return `GET /nothing HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 2001:db8:9:${network}::1\r\n\r\n`;
    });
    await sendRaw(limited, requests.join('') + rawRequest('GET', '/nothing'));
    refused(t, await busy('GET', '//nothing'), 'rate-limited', `after ${sent} addresses`);
  }
  refused(t, await quiet('GET', '//nothing'), 'not-found');
});

t.test('0 switches a limit off and leaves its headers out', async (t) => {
  const service = await startTestService(t);
  for (let count = 0; count < 70; count += 1) {
    const answer = await service.send('GET', '/nothing', { token: service.owner.token });
    if (answer.status !== 404 || answer.headers.has('ratelimit'))
      t.fail(`request ${count}: ${answer.status}`);
  }
  t.pass('70 requests in a row were not limited');
});

t.test('the health checks are not limited', async (t) => {
  const send = client(limited);
  for (let count = 0; count < 10; count += 1) t.equal((await send('GET', '//healthz')).status, 200);
});

t.test('an X-Forwarded-For that is no address does not hurt', async (t) => {
  for (const value of ['', ',', 'unknown', "' OR 1=1", '127.0.0.1', 'a'.repeat(2_000)]) {
    const answer = await sendRaw(limited, rawRequest('GET', '/api/nothing', [`x-forwarded-for: ${value}`]));
    t.ok([401, 429].includes(answer.status), `${value}: ${answer.status}`);
  }
});
