import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import t from 'tap';
import { countRows, later } from '../support/events.ts';
import { cycle, service, startTestService } from '../support/service.ts';
import { attemptLine, attemptLines, makeQueue, startAnswering } from './event-queue.ts';
import { isFailure, isSuccess, pilot } from './pilot.ts';

const s = await startTestService(t);
const PILOT_TOKEN = s.owner.token;
const table = 'pilot_contact_attempt_events';

t.test('a file is sent in batches, in order, and what is sent again is replayed', async (t) => {
  const id = randomUUID();
  const connection = {
    kind: 'connection',
    id: randomUUID(),
    pilot_cycle_id: cycle,
    org_id: s.orgA,
    service_id: service,
    connected_at: later,
    contact_attempt_event_id: id,
  };
  const lines = [
    ...attemptLines(s, 5),
    JSON.stringify(attemptLine(s, { id })),
    '',
    JSON.stringify(connection),
    '\r',
  ];
  const { send, file, rejectedFile } = await makeQueue(t, s, lines);
  const before = await countRows(s, table);
  const first = await send('--batch-size', '2', '--json');
  isSuccess(t, first);
  t.same(first.json, { events: 7, created: 7, updated: 0, replayed: 0, rejected: 0, rejected_file: null });
  t.equal(await countRows(s, table), before + 6);
  t.notOk(existsSync(rejectedFile));

  isSuccess(t, await send());
  const again = await send('--restart', '--json');
  t.match(again.json, { events: 7, created: 0, replayed: 7 });

  await appendFile(file, `\n${attemptLines(s, 1)[0]}`);
  const more = await send('--json');
  t.match(more.json, { events: 8, created: 1, replayed: 7 }, 'what was added since is sent');
});

t.test('what is rejected is in a file of its own, as it was and with the reason', async (t) => {
  const forbidden = JSON.stringify(attemptLine(s, { recorded_by_org_id: s.orgB }));
  const twice = forbidden.replace('{', '{"kind":"parrot",');
  const lines = [
    ...attemptLines(s, 1),
    forbidden,
    '{"kind":',
    twice,
    ...attemptLines(s, 1),
    `{"kind":"contact-attempt","x":"${'x'.repeat(64 * 1024)}"}`,
    '5',
    '\ufeff{}',
    'cut short in a caf\u00e9',
  ];
  const { send, file, rejected, rejectedFile } = await makeQueue(t, s, lines);
  await writeFile(
    file,
    Buffer.concat([Buffer.from(lines.join('\n')), Buffer.from('\n{"x":"\xff"}\n', 'latin1')]),
  );
  const outcome = await send('--batch-size', '3');
  t.equal(outcome.code, 1);
  t.equal(outcome.stdout, '2 created, 0 updated, 0 replayed, 8 rejected.\n');
  t.equal(outcome.stderr, `8 of 10 events were rejected; see ${rejectedFile}.\n`);
  t.match(rejected(), [
    { line: 2, problem: { type: '/problems/forbidden', status: 403 }, event: JSON.parse(forbidden) },
    { line: 3, problem: { type: '/problems/malformed-json', status: 400 }, text: '{"kind":' },
    { line: 4, problem: { type: '/problems/malformed-json', errors: [{ code: 'duplicate_key' }] } },
    { line: 6, problem: { type: '/problems/malformed-json', detail: /64 KiB/ }, text: undefined },
    { line: 7, problem: { type: '/problems/invalid-request' }, event: 5 },
    { line: 8, problem: { type: '/problems/malformed-json' } },
    { line: 9, problem: { type: '/problems/malformed-json' }, text: 'cut short in a café' },
    { line: 10, problem: { type: '/problems/malformed-json' } },
  ]);
  t.ok(
    readFileSync(rejectedFile, 'utf8').includes(`"event":${twice}}\n`),
    'a field that is there twice still is',
  );
  t.equal(rejected().length, 8);

  await appendFile(file, `${attemptLines(s, 1)[0]}\n`);
  const more = await send('--json');
  t.match(more.json, { events: 11, created: 3, rejected: 8 });
  t.equal(rejected().length, 8, 'those of the first run are kept');
});

t.test('a file that has changed in what was sent of it is noticed', async (t) => {
  const lines = attemptLines(s, 4);
  const { send, file, progressFile } = await makeQueue(t, s, lines);
  isSuccess(t, await send());
  const [first = '', ...others] = lines;
  const changes: Record<string, readonly string[]> = {
    'another line': [first.replace('no_response', 'connected '), ...others],
    'a line less': lines.slice(1),
    'a shorter file': lines.slice(0, 2),
    'an empty file': [],
  };
  for (const [what, changed] of Object.entries(changes)) {
    await writeFile(file, changed.join('\n'));
    const outcome = await send();
    isFailure(t, outcome, /^The part of the file that was sent has changed since; .*--restart\.$/m);
    t.comment(what);
  }
  await writeFile(file, lines.join('\n'));
  const elsewhere = await send('--url', s.url.replace('127.0.0.1', 'localhost'));
  isFailure(t, elsewhere, /^A part of the file was sent to another address/);
  await writeFile(progressFile, '{');
  isFailure(t, await send(), /^The file that says how far .*--restart\.$/m);
  isSuccess(t, await send('--restart'));
});

t.test('what will not pass is said in one line, without the token and without an event', async (t) => {
  const secret = attemptLine(s, { cohort: 'parrot' });
  const { file } = await makeQueue(t, s, [JSON.stringify(secret)]);
  const tokenFile = `${file}.token`;
  await writeFile(tokenFile, 'parrot.parrot.parrot\n');
  const run = (url: string, ...more: string[]) =>
    pilot({ PILOT_TOKEN }, 'events', 'send', file, '--url', url, ...more);
  const refusedToken = await run(s.url, '--token-file', tokenFile);
  isFailure(t, refusedToken, /^The service does not accept the token/);
  await writeFile(tokenFile, 'parrot\nparrot');
  isFailure(t, await run(s.url, '--token-file', tokenFile), /^The token is not one/);
  const page = await startAnswering(t, (_request, response) => response.end('<html>parrot'));
  isFailure(t, await run(page), /^What answers at this address \(with 200\) is not the service\.$/m);
  const moved = await startAnswering(t, (_request, response) =>
    response.writeHead(308, { location: s.url }).end(),
  );
  isFailure(t, await run(moved), /^What answers at this address \(with 308\) is not the service\.$/m);
  t.notMatch(s.log(), 'parrot');
});

t.test('a file that is not there, or cannot be read, is said so', async (t) => {
  const { file } = await makeQueue(t, s, []);
  const run = (path: string) => pilot({ PILOT_TOKEN }, 'events', 'send', path, '--url', s.url);
  isSuccess(t, await run(file));
  await rm(file);
  isFailure(t, await run(file), /^The file does not exist\.$/m);
  isFailure(t, await run(dirname(file)), /^The file cannot be read\.$/m);
});
