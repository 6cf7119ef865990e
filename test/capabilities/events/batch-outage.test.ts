import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { startOnCuttableLine } from '../../plugins/support/cuttable-proxy.ts';
import { rawRequest } from '../../plugins/support/raw-http.ts';
import { refused } from '../../plugins/support/refused.ts';
import { contactAttemptBody, countRows } from '../../support/events.ts';
import { type Answer, startTestService, type TestService } from '../../support/service.ts';
import { batchPath, inBatch, sendBatch, statusesOf } from './support/batches.ts';

/** A batch that cannot be finished, and how it is sent again. */
const table = 'pilot_contact_attempt_events';
const attempts = ({ orgA }: TestService, count: number) =>
  Array.from({ length: count }, () =>
    inBatch('contact-attempt', contactAttemptBody(orgA, { id: randomUUID() })),
  );

/** Sends a batch as often as it is asked to, and waits as long as it is told. */
async function sendUntilTaken(service: TestService, events: readonly unknown[]): Promise<Answer> {
  while (true) {
    const answer = await sendBatch(service.owner, events);
    if (answer.status !== 503) return answer;
    await delay(Number(answer.headers.get('retry-after')) * 1000);
  }
}

async function isStoredOnce(t: Test, service: TestService, events: readonly unknown[]): Promise<void> {
  const answer = await sendUntilTaken(service, events);
  t.equal(answer.status, 200);
  t.same(
    statusesOf(answer).filter((status) => status !== 'created' && status !== 'replayed'),
    [],
  );
  t.equal(await countRows(service, table), events.length);
  t.same(new Set(statusesOf(await sendBatch(service.owner, events))), new Set(['replayed']));
  t.equal(await countRows(service, table), events.length);
}

t.test('a database that is lost in the middle is one 503, and sending again stores each once', async (t) => {
  const { service, line } = await startOnCuttableLine(t);
  const events = attempts(service, 500);
  let commits = 0;
  line.intercept(({ text }) => {
    if (text === 'COMMIT') commits += 1;
    return commits > 1 ? 'cut' : 'passed';
  });
  const answer = await sendBatch(service.owner, events);
  t.equal(answer.status, 503);
  t.match(answer.headers.get('retry-after'), /^[1-9]\d?$/);
  t.match(answer.body.type, /^\/problems\/(unavailable|outcome-unknown)$/);
  t.equal(answer.body.results, undefined);
  const stored = await countRows(service, table);
  t.ok(stored > 0 && stored < 500, `${stored} were stored before`);
  t.ok((service.log().match(/"request_failed"/g) ?? []).length <= 1, 'it is logged once, not for each event');
  await line.restore();
  await isStoredOnce(t, service, events);
});

t.test('a commit whose answer is lost is one 503, and its events are replayed', async (t) => {
  const { service, line } = await startOnCuttableLine(t);
  const events = attempts(service, 20);
  line.loseCommit('after');
  t.equal((await sendBatch(service.owner, events)).status, 503);
  t.ok((await countRows(service, table)) > 0);
  await isStoredOnce(t, service, events);
});

t.test('events that touch the same thing are not tried one by one while the database is away', async (t) => {
  const { service, line } = await startOnCuttableLine(t, { config: { statementTimeoutMs: 300 } });
  const [event] = attempts(service, 1);
  let begun = 0;
  line.intercept(({ text }) => {
    if (text.startsWith('BEGIN')) begun += 1;
    return 'silenced';
  });
  const answer = await sendBatch(service.owner, Array(150).fill(event));
  t.equal(answer.status, 503);
  t.ok(begun <= 3, `${begun} transactions were tried`);
});

/** A request for a batch whose body does not come to its end. */
async function beginBatch(t: Test, { url, owner }: TestService, body: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  t.teardown(() => socket.destroy());
  const headers = [
    `authorization: Bearer ${owner.token}`,
    'content-type: application/json',
    `content-length: ${body.length + 1}`,
    'expect: 100-continue',
  ];
  socket.write(rawRequest('POST', `/api/v1/pilot${batchPath}`, headers));
  // The service has seen the request when it says that it goes on.
  await once(socket, 'data');
  socket.write(body);
  return socket;
}

t.test('a batch that its sender breaks off stores nothing, or what comes before, once', async (t) => {
  const service = await startTestService(t);
  const events = attempts(service, 300);
  const unfinished = await beginBatch(t, service, JSON.stringify({ events }));
  unfinished.destroy();
  t.equal((await sendBatch(service.owner, attempts(service, 1))).status, 200);
  t.equal(await countRows(service, table), 1, 'a body that breaks off stores nothing');

  const sent = await beginBatch(t, service, JSON.stringify({ events }));
  sent.write(' ');
  while ((await countRows(service, table)) < 2) await delay(1);
  sent.destroy();
  const answer = await sendUntilTaken(service, events);
  t.same(
    statusesOf(answer).filter((status) => status !== 'created' && status !== 'replayed'),
    [],
  );
  t.equal(await countRows(service, table), 301);
});

t.test(
  'of too many batches at a time the last are refused, and there is room when others leave',
  async (t) => {
    const service = await startTestService(t);
    const inside = [];
    for (let i = 0; i < 16; i += 1) inside.push(await beginBatch(t, service, '{"events":'));
    const [event] = attempts(service, 1);
    const full = await sendBatch(service.owner, [event]);
    refused(t, full, 'unavailable');
    t.equal(full.headers.get('retry-after'), '1');
    t.equal(
      (await service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA))).status,
      201,
    );

    const [leaving] = inside;
    leaving?.destroy();
    const there = await sendUntilTaken(service, [event]);
    t.same(statusesOf(there), ['created'], 'the place of one who hung up is free');
    t.same(statusesOf(await sendBatch(service.owner, [event])), ['replayed'], 'and of one who was answered');
  },
);
