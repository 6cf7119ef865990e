import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { z } from 'zod';
import { type RedisServer, redisServer, skipWithoutRedis } from '../support/redis-server.ts';
import { type Answer, startTestService, type TestService } from '../support/service.ts';
import { refused } from './support/refused.ts';
import { silenceablePath } from './support/silenceable-path.ts';
import { moveClockAhead } from './support/time-travel.ts';

const limit = 3;
const skip = skipWithoutRedis;

function startReplica(t: Test, redisUrl: string): Promise<TestService> {
  const rateLimits = { events: limit, recompute: limit, scorecard: limit, decisions: limit, reads: limit };
  return startTestService(t, { config: { rateLimits, redisUrl, trustProxy: ['127.0.0.1'] } });
}

let clients = 0;
function newAddress(): string {
  clients += 1;
  return `198.51.100.${clients}`;
}

/** A request without a token: 401 while the limit lasts, then 429. */
const knock = (service: TestService, ip: string): Promise<Answer> =>
  service.send('GET', '/nothing', { headers: { 'x-forwarded-for': ip } });

const logged = (service: TestService, event: string): string[] =>
  service
    .log()
    .split('\n')
    .filter((line) => line.includes(`"event":"${event}"`));

const keysOf = async (redis: RedisServer) => z.array(z.string()).parse(await redis.command('KEYS', '*'));

/** The ids of the connections that clients have, without the one that asks. */
async function connectionsTo(redis: RedisServer): Promise<string[]> {
  const list = String(await redis.command('CLIENT', 'LIST', 'TYPE', 'normal'));
  return [...list.matchAll(/^id=(\d+) .*cmd=(?!client)/gm)].map(([, id = '']) => id);
}

/** Knocks until the replica has noticed that Redis is back for the n-th time. */
async function untilBack(service: TestService, times: number): Promise<void> {
  while (logged(service, 'rate_limit_store_back').length < times) {
    await knock(service, newAddress());
    await delay(20);
  }
}

async function countsTogether(t: Test, replicas: readonly TestService[], when: string): Promise<void> {
  const ip = newAddress();
  const inTurn = [...replicas, ...replicas, ...replicas].slice(0, limit);
  for (const replica of inTurn) t.equal((await knock(replica, ip)).status, 401, when);
  for (const replica of replicas) refused(t, await knock(replica, ip), 'rate-limited', when);
}

async function countsAlone(t: Test, replica: TestService, ip: string, left: number, when: string) {
  for (let count = 0; count < left; count += 1) t.equal((await knock(replica, ip)).status, 401, when);
  refused(t, await knock(replica, ip), 'rate-limited', when);
  t.equal((await replica.send('GET', '//readyz')).status, 200, `${when}: ready`);
}

t.test('replicas share one count, and say what is left of it', { skip }, async (t) => {
  const redis = await redisServer(t);
  await redis.start();
  const replicas = [await startReplica(t, redis.url), await startReplica(t, `${redis.url}/0`)];
  await countsTogether(t, replicas, 'from the first request on');

  const ip = newAddress();
  for (const [index, replica] of [...replicas, ...replicas].entries()) {
    const { status, headers } = await knock(replica, ip);
    t.equal(status, index < limit ? 401 : 429);
    t.equal(headers.get('ratelimit-policy'), `"events";q=${limit};w=60`);
    t.match(headers.get('ratelimit'), new RegExp(`^"events";r=${Math.max(0, limit - 1 - index)};t=(59|60)$`));
    t.equal(headers.has('retry-after'), status === 429);
  }
  for (const replica of replicas) t.notMatch(replica.log(), 'rate_limit_store');
});

t.test(
  'a shared window begins with its first request, and the next one after its end',
  { skip },
  async (t) => {
    const redis = await redisServer(t);
    await redis.start();
    const replica = await startReplica(t, redis.url);
    const ip = newAddress();
    await countsAlone(t, replica, ip, limit, 'the first window');
    const [key = ''] = await keysOf(redis);
    const lasts = await redis.command('PTTL', key);
    t.ok(Number(lasts) > 50_000 && Number(lasts) <= 60_000, `${lasts} milliseconds`);
    await redis.command('PEXPIRE', key, '1');
    while ((await keysOf(redis)).length > 0) await delay(1);
    await countsAlone(t, replica, ip, limit, 'the second window');
  },
);

t.test(
  'Redis holds no address, and the log neither an address nor what stands for it',
  { skip },
  async (t) => {
    const redis = await redisServer(t);
    await redis.start();
    const replica = await startReplica(t, redis.url);
    const addresses = ['203.0.113.77', '2001:db8:77::1', 'nobody'];
    for (const ip of addresses) await knock(replica, ip);
    await redis.kill();
    for (const ip of addresses) await knock(replica, ip);
    await redis.start();
    await untilBack(replica, 1);
    for (const ip of addresses) await knock(replica, ip);
    for (const key of await keysOf(redis)) {
      t.match(key, /^pilot-evidence:limit:events:[\w-]{22}$/);
      t.match(await redis.command('GET', key), /^[1-3]$/);
      t.notMatch(replica.log(), key.slice(-22));
    }
    for (const ip of addresses) t.notOk(replica.log().includes(ip));
  },
);

type Outage = readonly [what: string, begin: () => unknown, end: () => unknown, code?: string];

t.test('while Redis is away each replica limits by itself, and says so once', { skip }, async (t) => {
  const redis = await redisServer(t);
  await redis.start();
  const replicas = [await startReplica(t, redis.url), await startReplica(t, redis.url)] as const;
  const outages: readonly Outage[] = [
    ['killed', () => redis.kill(), () => redis.start()],
    ['frozen', () => redis.freeze(), () => redis.thaw()],
    [
      'a replica of another one',
      () => redis.command('REPLICAOF', '127.0.0.1', '1'),
      () => redis.command('REPLICAOF', 'NO', 'ONE'),
      'READONLY',
    ],
    [
      'out of memory',
      () => redis.command('CONFIG', 'SET', 'maxmemory', '1'),
      () => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
      'OOM',
    ],
    [
      'not permitted',
      () => redis.command('ACL', 'SETUSER', 'default', '-evalsha', '-eval'),
      () => redis.command('ACL', 'SETUSER', 'default', '+@all'),
      'NOPERM',
    ],
    [
      'silent about writes',
      () => redis.command('CLIENT', 'PAUSE', '600000', 'WRITE'),
      () => redis.command('CLIENT', 'UNPAUSE'),
    ],
  ];
  for (const [index, [what, begin, end, code]] of outages.entries()) {
    const ip = newAddress();
    for (const replica of replicas) await knock(replica, ip);
    await begin();
    for (const replica of replicas) {
      await countsAlone(t, replica, ip, limit - 1, `${what}: goes on from its own count`);
    }
    // An open breaker lets one request ask again.
    moveClockAhead(t, 2_000);
    for (const replica of replicas) {
      await countsAlone(t, replica, newAddress(), limit, `${what}: for another address`);
      t.equal(logged(replica, 'rate_limit_store_away').length, index + 1, `${what}: one warning`);
      t.equal(logged(replica, 'rate_limit_store_back').length, index, `${what}: not back`);
      if (code) t.match(logged(replica, 'rate_limit_store_away').at(-1), `"code":"${code}"`);
    }
    await end();
    moveClockAhead(t, 2_000);
    for (const replica of replicas) await untilBack(replica, index + 1);
    await countsTogether(t, replicas, `after ${what}`);
  }
  for (const replica of replicas) {
    t.equal(logged(replica, 'rate_limit_store_away').length, outages.length);
    t.equal(logged(replica, 'request_failed').length, 0);
  }
});

t.test(
  'a service starts without Redis, and shares its counts as soon as there is one',
  { skip },
  async (t) => {
    const redis = await redisServer(t);
    const early = await startReplica(t, redis.url);
    await redis.start();
    redis.freeze();
    const late = await startReplica(t, redis.url);
    for (const replica of [early, late]) {
      t.equal(logged(replica, 'rate_limit_store_away').length, 1, 'said before the first request');
      await countsAlone(t, replica, newAddress(), limit, 'without Redis');
    }
    redis.thaw();
    for (const replica of [early, late]) await untilBack(replica, 1);
    await countsTogether(t, [early, late], 'with Redis');
    for (const replica of [early, late]) t.equal(logged(replica, 'rate_limit_store_away').length, 1);
  },
);

t.test('an outage holds up no more than one request at a time', { skip }, async (t) => {
  const redis = await redisServer(t);
  await redis.start();
  const replica = await startReplica(t, redis.url);
  await redis.command('CLIENT', 'PAUSE', '600000', 'WRITE');
  await knock(replica, newAddress());
  moveClockAhead(t, 2_000);
  let waiting = 5;
  const knocks = Array.from({ length: waiting }, async () => {
    await knock(replica, newAddress());
    waiting -= 1;
  });
  while (waiting > 1) await delay(1);
  await knock(replica, newAddress());
  t.equal(waiting, 1);
  await Promise.all(knocks);
});

t.test('a count that Redis did not take in time is not handed in later', { skip }, async (t) => {
  const redis = await redisServer(t);
  await redis.start();
  const replica = await startReplica(t, redis.url);
  const ip = newAddress();
  await redis.command('CLIENT', 'PAUSE', '600000', 'WRITE');
  await knock(replica, ip);
  await redis.command('CLIENT', 'KILL', 'TYPE', 'normal');
  await redis.command('CLIENT', 'UNPAUSE');
  await untilBack(replica, 1);
  t.match((await knock(replica, ip)).headers.get('ratelimit'), `"events";r=${limit - 1};`);
});

t.test('a connection on which nobody answers is replaced', { skip }, async (t) => {
  const redis = await redisServer(t);
  await redis.start();
  const path = await silenceablePath(t, redis.url);
  const replicas = [await startReplica(t, path.url), await startReplica(t, path.url)] as const;
  await countsTogether(t, replicas, 'before');
  path.silence();
  for (const replica of replicas) await countsAlone(t, replica, newAddress(), limit, 'while it is silent');
  for (const replica of replicas) await untilBack(replica, 1);
  await countsTogether(t, replicas, 'over a fresh connection');
});

t.test('a primary that became a replica is left, so that its name is looked up anew', { skip }, async (t) => {
  const redis = await redisServer(t);
  await redis.start();
  const replica = await startReplica(t, redis.url);
  const [before] = await connectionsTo(redis);
  await redis.command('REPLICAOF', '127.0.0.1', '1');
  await knock(replica, newAddress());
  while ((await connectionsTo(redis)).every((id) => id === before)) await delay(10);
  t.pass('over another connection');
});

t.test('a password that is missing or wrong is an outage, the right one is taken', { skip }, async (t) => {
  const redis = await redisServer(t, 'p@ss/word');
  await redis.start();
  const withPassword = (password: string) => redis.url.replace('//', `//:${encodeURIComponent(password)}@`);
  for (const [url, code] of [
    [redis.url, 'NOAUTH'],
    [withPassword('guess'), 'WRONGPASS'],
  ] as const) {
    const replica = await startReplica(t, url);
    await countsAlone(t, replica, newAddress(), limit, code);
    t.match(logged(replica, 'rate_limit_store_away'), [new RegExp(`"code":"${code}"`)]);
  }
  const right = withPassword('p@ss/word');
  const replicas = [await startReplica(t, right), await startReplica(t, right)];
  await countsTogether(t, replicas, 'with the password');
});

t.test('a service lets go of Redis when it stops, frozen or not', { skip }, async (t) => {
  const redis = await redisServer(t);
  await redis.start();
  const replicas = [await startReplica(t, redis.url), await startReplica(t, redis.url)] as const;
  t.equal((await connectionsTo(redis)).length, 2);
  await replicas[0].app.close();
  redis.freeze();
  await knock(replicas[1], newAddress());
  await replicas[1].app.close();
  redis.thaw();
  while ((await connectionsTo(redis)).length > 0) await delay(10);
  t.pass('nobody is connected');
});
