import { createServer } from 'node:net';
import t, { type Test } from 'tap';
import { sendRaw } from '../plugins/support/raw-http.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { storedState } from '../support/stored-state.ts';
import { type BadInput, bytesOf } from './bad-input.ts';
import { catalogue } from './catalogue.ts';
import { echoes } from './faults.ts';
import { sendCase } from './send-case.ts';
import { settle, useUpLimits, wordsOf } from './world.ts';

/** Sends a case. Says what is wrong with the answer, and which of its words came to the log. */
async function send(
  service: TestService,
  words: ReadonlyMap<string, string>,
  bad: BadInput,
): Promise<string[]> {
  const logged = service.log().length;
  const { sent, faults } = await sendCase(service, words, bad);
  const inLog = echoes(
    sent,
    service
      .log()
      .slice(logged)
      .replace(/"time":"[^"]*"/g, ''),
  );
  return [...faults, ...inLog.map((word) => `logs "${word}"`)];
}

/** A place that looks like a database until somebody connects: it counts, and hangs up. */
async function startDecoy(t: Test): Promise<{ url: string; connections(): number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : '';
  return { url: `postgresql://pilot_app:secret@127.0.0.1:${port}/pilot`, connections: () => connections };
}

t.test('the catalogue has every kind of bad input, and each case once', async (t) => {
  const names = catalogue.map(({ section, name }) => `${section}: ${name}`);
  t.equal(new Set(names).size, names.length);
  t.ok(catalogue.length >= 200, `${catalogue.length} cases`);
});

t.test('bad input gets its exact answer, and nothing of it is repeated, logged or stored', async (t) => {
  const service = await startTestService(t);
  const words = wordsOf(service);
  const warnings: Error[] = [];
  const warned = (warning: Error) => warnings.push(warning);
  process.on('warning', warned);
  await settle(service, words);
  await service.asSuperuser(async (client) => {
    const before = await storedState(client);
    const sections = Map.groupBy(catalogue, ({ section }) => section);
    for (const [section, cases] of sections) {
      for (const bad of cases.filter(({ limited }) => !limited)) {
        t.same(await send(service, words, bad), [], `${section}: ${bad.name}`);
      }
      t.same(await storedState(client), before, `${section}: nothing is stored`);
    }
  });
  process.off('warning', warned);
  t.same(warnings, [], 'no warning of Node');
  t.notMatch(service.log(), /breaker_|request_failed|row_level_security_alert/, 'no breaker and no alarm');
  t.equal((await sendRaw(service, bytesOf({}, words))).status, 201, 'and a good request is stored');
});

t.test('bad input that needs no database asks none', async (t) => {
  const decoy = await startDecoy(t);
  const service = await startTestService(t, { config: { databaseUrl: decoy.url } });
  const words = wordsOf(service);
  for (const bad of catalogue.filter(({ asksDatabase, limited }) => !asksDatabase && !limited)) {
    t.same(await send(service, words, bad), [], `${bad.section}: ${bad.name}`);
    t.equal(decoy.connections(), 0, `${bad.section}: ${bad.name} takes no connection`);
  }
  t.notMatch(service.log(), /breaker_|request_failed/);
  t.equal((await sendRaw(service, bytesOf({}, words))).status, 503);
  t.equal(decoy.connections(), 1, 'a good request takes one');
});

t.test('who has used up the limit gets no further, whatever is sent', async (t) => {
  const decoy = await startDecoy(t);
  const rateLimits = { events: 1, recompute: 1, scorecard: 1, decisions: 1, reads: 1 };
  const service = await startTestService(t, { config: { databaseUrl: decoy.url, rateLimits } });
  const words = wordsOf(service);
  await useUpLimits(service, words);
  for (const bad of catalogue.filter(({ limited }) => limited)) {
    t.same(await send(service, words, bad), [], `${bad.section}: ${bad.name}`);
  }
  t.equal(decoy.connections(), 0);
});
