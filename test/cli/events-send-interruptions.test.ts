import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import t from 'tap';
import { countRows } from '../support/events.ts';
import { freePort } from '../support/free-port.ts';
import { startTestService } from '../support/service.ts';
import { attemptLines, makeQueue, startAnswering } from './event-queue.ts';
import { isFailure, isSuccess, pilot, startPilot } from './pilot.ts';

const s = await startTestService(t);
const PILOT_TOKEN = s.owner.token;
const table = 'pilot_contact_attempt_events';

for (const signal of ['SIGKILL', 'SIGINT'] as const) {
  t.test(`a run that ${signal} ends is taken up where it was, and all is stored once`, async (t) => {
    const lines = attemptLines(s, 200);
    for (let i = 7; i < lines.length; i += 20) lines[i] = '{}';
    const { send, file, progressFile, rejected } = await makeQueue(t, s, lines);
    const before = await countRows(s, table);
    const words = ['events', 'send', file, '--url', s.url, '--batch-size', '10'];
    const { child, outcome } = startPilot({ PILOT_TOKEN }, ...words);
    while ((await countRows(s, table)) < before + 40) t.equal(child.exitCode, null);
    child.kill(signal);
    t.not((await outcome).code, 0);
    const { lines: reached } = JSON.parse(readFileSync(progressFile, 'utf8'));
    t.ok(reached > 0 && reached < 200, `after ${reached} lines`);

    const { json } = await send('--json');
    t.match(json, { events: 200, rejected: 10 });
    t.equal(json.created + json.replayed, 190);
    t.equal(await countRows(s, table), before + 190);
    t.same(
      rejected().map(({ line }) => line),
      Array.from({ length: 10 }, (_, i) => 8 + i * 20),
      'each rejected line is listed once',
    );
  });
}

t.test('a service that cannot take a batch is asked again, with the same batch', async (t) => {
  const { file } = await makeQueue(t, s, attemptLines(s, 3));
  const bodies: string[] = [];
  const hindrances: RequestListener[] = [
    (_request, response) => response.writeHead(429, { 'retry-after': '1' }).end('{}'),
    (_request, response) => response.writeHead(503, { 'retry-after': '1' }).end('{}'),
    ({ socket }) => socket.destroy(),
    (_request, response) => response.writeHead(502).end('<html>'),
    (_request, response) =>
      response.writeHead(200, { 'content-length': '1000' }).write('{', () => response.destroy()),
  ];
  const url = await startAnswering(t, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    const hinder = hindrances.shift();
    if (hinder) return hinder(request, response);
    const { authorization = '' } = request.headers;
    const answer = await fetch(`${s.url}${request.url}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  const outcome = await pilot({ PILOT_TOKEN }, 'events', 'send', file, '--url', url, '--json');
  isSuccess(t, outcome);
  t.match(outcome.json, { created: 3 });
  t.equal(bodies.length, 6);
  t.equal(new Set(bodies).size, 1);
});

t.test('a service that does not come is given up, and what was sent is remembered', async (t) => {
  const { file, send } = await makeQueue(t, s, attemptLines(s, 2));
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const alone = await pilot({ PILOT_TOKEN }, 'events', 'send', file, '--url', nobody, '--max-wait', '1s');
  isFailure(t, alone, /^There was no progress for 1 seconds, because the service cannot be reached; /);
  isSuccess(t, await send());

  const busy = await startAnswering(t, (_request, response) =>
    response.writeHead(429, { 'retry-after': '30' }).end('{}'),
  );
  const words = ['--url', busy, '--max-wait', '5s', '--restart'];
  isFailure(
    t,
    await send(...words),
    /^There was no progress for 5 seconds, because the service answers 429; /,
  );
});
