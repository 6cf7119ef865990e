import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { sendBatch, statusesOf } from '../capabilities/events/support/batches.ts';
import { contactAttemptBody, countRows } from '../support/events.ts';
import { redisServer, skipWithoutRedis } from '../support/redis-server.ts';
import { type Answer, startTestService, type TestService } from '../support/service.ts';
import { refused } from './support/refused.ts';

/** Batches count as requests, and their events beside that. */
const batchEventsPerMinute = 10;
const table = 'pilot_contact_attempt_events';

const start = (t: Test, redisUrl?: string) =>
  startTestService(t, { config: { batchEventsPerMinute, redisUrl, trustProxy: ['127.0.0.1'] } });

let clients = 0;
/** One client, with an address of its own, that sends batches of so many events. */
function client({ owner, orgA }: TestService) {
  clients += 1;
  const headers = { 'x-forwarded-for': `203.0.113.${clients}` };
  const events = (count: number) =>
    Array.from({ length: count }, () => ({
      kind: 'contact-attempt',
      ...contactAttemptBody(orgA, { id: randomUUID() }),
    }));
  return (count: number, sender = owner) => sendBatch(sender, events(count), { headers });
}

const stateOf = ({ headers }: Answer) => [headers.get('ratelimit-policy'), headers.get('ratelimit')];
const policy = '"batch-events";q=10;w=60';

t.test('the events of batches are counted, and what is too much is refused as a whole', async (t) => {
  const service = await start(t);
  const send = client(service);
  const first = await send(4);
  t.equal(first.status, 200);
  t.match(stateOf(first), [policy, /^"batch-events";r=6;t=(59|60)$/]);

  const tooMany = await send(7);
  refused(t, tooMany, 'rate-limited');
  t.match(stateOf(tooMany), [policy, /^"batch-events";r=6;t=\d\d$/], 'what was refused does not count');
  t.match(tooMany.headers.get('retry-after'), /^[1-5]\d$|^60$/);
  t.equal(await countRows(service, table), 4, 'nothing of it is stored');

  t.equal((await send(6)).status, 200, 'what still fits is taken');
  refused(t, await send(1), 'rate-limited', 'and then nothing');
  refused(t, await client(service)(11), 'rate-limited', 'what could never fit');
  t.equal((await client(service)(10)).status, 200, 'another client has a count of its own');
});

t.test('rejected events count, too, and a faulty envelope does not', async (t) => {
  const service = await start(t);
  const send = client(service);
  t.same(new Set(statusesOf(await send(5, service.stranger))), new Set(['forbidden']));
  const headers = { 'x-forwarded-for': `203.0.113.${clients}` };
  const faulty = await service.owner.post('/events/batch', { events: [1, 2], more: 1 }, { headers });
  t.match([faulty.status, ...stateOf(faulty)], [400, null, null]);
  t.match(stateOf(await send(5)), [policy, /;r=0;/]);
});

t.test('a batch is one request in the bucket "events", and says both', async (t) => {
  const rateLimits = { events: 2, recompute: 0, scorecard: 0, decisions: 0, reads: 0 };
  const service = await startTestService(t, { config: { rateLimits, batchEventsPerMinute } });
  const send = () => sendBatch(service.owner, [{}, {}, {}]);
  t.match(stateOf(await send()), [
    `"events";q=2;w=60, ${policy}`,
    /^"events";r=1;t=\d\d, "batch-events";r=7;t=\d\d$/,
  ]);
  await send();
  const third = await send();
  refused(t, third, 'rate-limited');
  t.equal(third.headers.get('ratelimit-policy'), '"events";q=2;w=60', 'by the limit before the token');
});

t.test('0 switches the limit off', async (t) => {
  const service = await startTestService(t);
  const answer = await sendBatch(service.owner, Array(1000).fill({}));
  t.match([answer.status, ...stateOf(answer)], [200, null, null]);
});

t.test(
  'replicas share the count, and of batches at the same time as many pass as fit',
  { skip: skipWithoutRedis },
  async (t) => {
    const redis = await redisServer(t);
    await redis.start();
    const [one, other] = [await start(t, redis.url), await start(t, redis.url)];
    clients += 1;
    const headers = { 'x-forwarded-for': `203.0.113.${clients}` };
    const answers = await Promise.all(
      [one, other, one, other, one, other].map(({ owner }) =>
        sendBatch(owner, Array(4).fill({}), { headers }),
      ),
    );
    t.same(answers.map(({ status }) => status).toSorted(), [200, 200, 429, 429, 429, 429]);
    t.equal((await sendBatch(one.owner, [{}, {}], { headers })).status, 200, 'two are left');
    t.equal((await sendBatch(other.owner, [{}], { headers })).status, 429, 'and then none');
  },
);
