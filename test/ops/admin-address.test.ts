import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { startAdminServer } from '../../src/admin-server.ts';
import { readSettings } from '../../src/config.ts';
import { createLogger } from '../../src/plugins/logging.ts';
import { Signals } from '../../src/plugins/signal-metrics.ts';
import { startService } from '../../src/service.ts';
import { exchange, rawRequest } from '../plugins/support/raw-http.ts';
import { jwtSecret, pepper } from '../support/service.ts';
import { cloneDatabase } from '../support/template-database.ts';
import { traceCollector } from '../support/trace-collector.ts';

/** The service as a whole: the address for operators starts and stops with it, and so do traces. */
async function settingsOf(t: Test, more: Record<string, string> = {}) {
  const { urls, drop } = await cloneDatabase();
  t.teardown(drop);
  return readSettings({
    DATABASE_URL: urls.app,
    JWT_SECRET: jwtSecret,
    ENTITY_KEY_PEPPER: pepper,
    PORT: '0',
    LOG_LEVEL: 'silent',
    ...more,
  });
}

/** Whether somebody listens there. */
const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

t.test(
  'with ADMIN_PORT the metrics are on an address of their own, and never on the public one',
  async (t) => {
    const service = await startService(await settingsOf(t, { ADMIN_PORT: '0' }));
    const admin = service.adminUrl ?? '';
    t.match(admin, /^http:\/\/127\.0\.0\.1:\d+$/);
    t.not(new URL(admin).port, new URL(service.url).port);
    const metrics = await fetch(`${admin}/metrics?anything`);
    t.equal(metrics.status, 200);
    t.match(metrics.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
    t.match(await metrics.text(), /^pilot_build_info\{/m);
    t.equal((await fetch(`${service.url}/metrics`)).status, 404);
    await service.stop();
    t.notOk(await answers(`${admin}/metrics`), 'it stops with the service');
  },
);

t.test('without ADMIN_PORT there is no such address', async (t) => {
  const service = await startService(await settingsOf(t));
  t.equal(service.adminUrl, undefined);
  await service.stop();
});

t.test('the address has the metrics and nothing else, and says nothing back', async (t) => {
  const service = await startService(await settingsOf(t, { ADMIN_PORT: '0' }));
  t.teardown(() => service.stop());
  const admin = service.adminUrl ?? '';
  const word = 'zqxj-the-secret-of-a-caller';
  for (const path of ['/', '/healthz', '/metrics/', `/${word}`, '/api/v1/pilot/gate-0']) {
    const answer = await fetch(admin + path);
    t.equal(answer.status, 404, path);
    t.equal(await answer.text(), '');
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD'])
    t.equal((await fetch(`${admin}/metrics`, { method })).status, 405, method);
  for (const target of ['*', `http://${word}/`, `//${word}/metrics`, '%zz']) {
    const answer = (await exchange(admin, rawRequest('GET', target, [`${word}: ${word}`]))).toString();
    t.match(answer, /^HTTP\/1\.1 40[04] /, target);
    t.notMatch(answer, word);
  }
});

t.test(
  'metrics that cannot be gathered are a 500 that the log explains without quoting anything',
  async (t) => {
    const lines: string[] = [];
    const signals = new Signals();
    signals.watchReadiness(async () => {
      throw new TypeError('a secret');
    });
    const log = createLogger('info', { write: (line) => lines.push(line) });
    const admin = await startAdminServer({ host: '127.0.0.1', port: 0 }, signals, log);
    t.teardown(() => admin.close());
    t.equal((await fetch(`${admin.url}/metrics`)).status, 500);
    t.match(
      lines.map((line) => JSON.parse(line)),
      [{ event: 'metrics_failed', level: 'error', error_class: 'TypeError' }],
    );
    t.notMatch(lines.join(), 'secret');
  },
);

t.test('an admin address that cannot be had stops the start, which then leaves nothing behind', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  await t.rejects(startService(await settingsOf(t, { ADMIN_PORT: String(port) })), {
    message: 'The port in ADMIN_PORT is in use.',
  });
  await t.rejects(startService(await settingsOf(t, { ADMIN_PORT: '0', ADMIN_HOST: '192.0.2.1' })), {
    message: 'ADMIN_HOST and ADMIN_PORT are no address to listen on: the system answered EADDRNOTAVAIL.',
  });
});

t.test('with a collector the service sends what it traced before it has stopped', async (t) => {
  const collector = await traceCollector(t);
  const headers = 'x-key=a%20b, x-other=c';
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: headers };
  const service = await startService(await settingsOf(t, settings));
  t.equal((await fetch(`${service.url}/nothing-there`)).status, 404);
  await service.stop();
  t.match(collector.spans, [
    { name: '(unknown) (unknown)', attributes: { 'http.response.status_code': 404 } },
  ]);
  t.match(collector.headers[0], { 'x-key': 'a b', 'x-other': 'c' });
});
