import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { createLogger } from '../../src/plugins/logging.ts';
import { otlpTracing } from '../../src/plugins/otlp-tracing.ts';
import type { Tracing } from '../../src/plugins/tracing.ts';
import { startOnCuttableLine } from '../plugins/support/cuttable-proxy.ts';
import { contactAttemptBody } from '../support/events.ts';
import { cycle, startTestService, type TestService } from '../support/service.ts';
import { type ReceivedSpan, type TraceCollector, traceCollector } from '../support/trace-collector.ts';
import { underWay } from '../support/under-way.ts';

/** Traces, as a collector gets them over the wire. */

interface Traced {
  service: TestService;
  collector: TraceCollector;
  tracing: Tracing;
  log(): string;
}

async function startTraced(t: Test, { share = 1 }: { share?: number } = {}): Promise<Traced> {
  const collector = await traceCollector(t);
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => lines.push(line) });
  const tracing = otlpTracing({ endpoint: `${collector.url}/`, headers: { 'x-key': 'hush' }, share }, logger);
  t.teardown(() => tracing.stop());
  const service = await startTestService(t, { tracing });
  return { service, collector, tracing, log: () => lines.join('') };
}

const attempts = '/api/v1/pilot/events/contact-attempt';
const isRoot =
  (route: string) =>
  ({ name, kind }: ReceivedSpan): boolean =>
    kind === 2 && name.endsWith(route);
const below = ({ spans }: TraceCollector, { spanId }: ReceivedSpan) =>
  spans.filter(({ parentSpanId }) => parentSpanId === spanId);

t.test('a request is a span, its transaction one below it, and each statement one below that', async (t) => {
  const { service, collector, tracing } = await startTraced(t);
  t.equal(
    (await service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA))).status,
    201,
  );
  await tracing.stop();
  const root = await collector.received(isRoot(attempts));
  t.equal(root.name, `POST ${attempts}`);
  t.equal(root.parentSpanId, undefined);
  t.same(root.attributes, {
    'http.request.method': 'POST',
    'http.route': attempts,
    'http.response.status_code': 201,
  });
  const [transaction, ...others] = below(collector, root);
  t.same(others, []);
  if (!transaction) throw new Error('The request has no transaction.');
  t.equal(transaction.name, 'transaction contact-attempt');
  t.same(transaction.attributes, { 'pilot.breaker': 'contact-attempt', 'pilot.transaction.mode': 'write' });
  const statements = below(collector, transaction);
  t.same(
    statements.map(({ name }) => name),
    ['BEGIN', 'open-transaction', 'read-access', 'read-references', 'insert-contact-attempt', 'COMMIT'],
  );
  for (const { name, kind, attributes, traceId, startTimeUnixNano, endTimeUnixNano } of statements) {
    t.same(attributes, { 'db.system.name': 'postgresql', 'db.query.summary': name });
    t.equal(kind, 3, 'a call to another system');
    t.equal(traceId, root.traceId);
    t.ok(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano));
  }
  t.match(collector.resources, [{ 'service.name': 'pilot-evidence' }]);
  t.match(collector.headers[0], { 'x-key': 'hush', 'content-type': 'application/json' });
});

t.test('a refusal carries its problem, a failure is marked as one, by a word of a closed list', async (t) => {
  const { service, collector, tracing } = await startTraced(t);
  await service.stranger.post('/events/contact-attempt', contactAttemptBody(service.orgA));
  await service.send('GET', '//nothing/here');
  await service.asOwner((client) =>
    client.query('ALTER TABLE pilot.pilot_contact_attempt_events RENAME TO elsewhere'),
  );
  await service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA));
  await tracing.stop();
  const [refused, failed] = collector.spans.filter(isRoot(attempts));
  t.match(refused, { attributes: { 'http.response.status_code': 403, 'pilot.problem': 'forbidden' } });
  t.not(refused?.status.code, 2, 'the caller did that');
  t.match(failed, {
    attributes: {
      'http.response.status_code': 501,
      'pilot.problem': 'missing-table',
      'error.type': 'missing-table',
    },
    status: { code: 2 },
  });
  const statement = collector.spans.find(
    ({ attributes }) => attributes['db.response.status_code'] === '42P01',
  );
  t.match(statement, {
    name: 'insert-contact-attempt',
    attributes: { 'error.type': 'missing_table' },
    status: { code: 2 },
  });
  t.ok(collector.spans.some(({ name }) => name === '(unknown) (unknown)'));
  t.same(new Set(collector.spans.flatMap(({ events }) => events)), new Set(), 'no event quotes a message');
});

t.test(
  'requests that share a transaction: it belongs to the first, the others have a link to it',
  async (t) => {
    const { service, collector, tracing } = await startTraced(t);
    await service.asSuperuser(async (client) => {
      await client.query('BEGIN; LOCK TABLE pilot.pilot_contact_attempt_events');
      const send = () => service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA));
      // Two transactions are held, and six requests gather for the next one.
      const { answers } = await underWay(Array.from({ length: 8 }, () => send));
      await client.query('ROLLBACK');
      t.same(new Set((await answers).map(({ status }) => status)), new Set([201]));
    });
    await tracing.stop();
    const roots = collector.spans.filter(isRoot(attempts));
    t.equal(roots.length, 8);
    const transactions = collector.spans.filter(({ name }) => name.startsWith('transaction '));
    t.ok(transactions.length < roots.length, 'some of them shared one');
    for (const root of roots) {
      const own = below(collector, root);
      const linked = transactions.filter(({ spanId, traceId }) =>
        root.links.some((link) => link.spanId === spanId && link.traceId === traceId),
      );
      t.equal(own.length + linked.length, 1, 'each leads to exactly one');
    }
  },
);

t.test('the events of a batch lead to the transactions of their kinds, once each', async (t) => {
  const { service, collector, tracing } = await startTraced(t);
  const events = Array.from({ length: 20 }, () => ({
    kind: 'contact-attempt',
    ...contactAttemptBody(service.orgA, { id: crypto.randomUUID() }),
  }));
  t.equal((await service.owner.post('/events/batch', { events })).status, 200);
  await tracing.stop();
  const root = await collector.received(isRoot('/events/batch'));
  t.same(root.links, [], 'a request needs no link to its own transaction');
  t.ok(below(collector, root).length >= 1);
  for (const { name } of below(collector, root)) t.equal(name, 'transaction contact-attempt');
});

t.test('a valid traceparent is taken over; anything else is as if it were not there', async (t) => {
  const { service, collector, tracing } = await startTraced(t);
  const traceId = randomBytes(16).toString('hex');
  const spanId = randomBytes(8).toString('hex');
  const send = (traceparent: string, more: Record<string, string> = {}) =>
    service.send('GET', '//elsewhere', { headers: { traceparent, ...more } });
  await send(`00-${traceId}-${spanId}-01`, {
    tracestate: 'vendor=secret-state',
    baggage: 'who=secret-baggage',
  });
  const invalid = [
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `ff-${traceId}-${spanId}-01`,
    `01-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase().replace(/\d/g, 'A')}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
    'secret-state',
  ];
  for (const traceparent of invalid) await send(traceparent);
  await send(`00-${randomBytes(16).toString('hex')}-${spanId}-00`);
  await tracing.stop();
  const [first, ...others] = collector.spans;
  t.match(first, { traceId, parentSpanId: spanId });
  t.equal(others.length, invalid.length, 'who does not record is not recorded');
  for (const span of others) {
    t.equal(span.parentSpanId, undefined);
    t.not(span.traceId, traceId);
  }
  t.notMatch(collector.bodies.join(), /secret/);
});

t.test('of a share of 0 there is no trace, not even when the caller asks for one', async (t) => {
  const { service, collector, tracing } = await startTraced(t, { share: 0 });
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  await service.owner.get(`/metrics/scorecard?pilot_cycle_id=${cycle}&org_id=${service.orgA}`, {
    headers: { traceparent },
  });
  await service.send('GET', '//elsewhere');
  await tracing.stop();
  t.equal(collector.requests, 0);
});

t.test('health checks are not traced', async (t) => {
  const { service, collector, tracing } = await startTraced(t);
  await service.send('GET', '//healthz');
  await service.send('GET', '//readyz');
  await tracing.stop();
  t.equal(collector.requests, 0);
});

t.test('a collector that fails, hangs or is away disturbs nobody, and is said once', async (t) => {
  const { service, collector, tracing, log } = await startTraced(t);
  const said = (event: string) => log().split(`"${event}"`).length - 1;
  const answered = async (requests: number) => {
    while (collector.requests < requests) t.equal((await service.send('GET', '//elsewhere')).status, 404);
  };
  collector.answer(400);
  await answered(2);
  collector.answer(200);
  await service.send('GET', '//elsewhere');
  while (said('trace_collector_back') === 0) await service.send('GET', '//elsewhere');
  t.equal(said('trace_collector_away'), 1);
  t.equal(said('trace_collector_back'), 1);

  collector.answer('silence');
  t.equal(
    (await service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA))).status,
    201,
  );
  await tracing.stop();
  t.equal(said('trace_collector_away'), 2);
  t.equal(
    (await service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA))).status,
    201,
  );
});

t.test('a request that its sender gives up ends its span as aborted', async (t) => {
  const { service, collector } = await startTraced(t);
  await service.asSuperuser(async (client) => {
    await client.query('BEGIN; LOCK TABLE pilot.pilot_contact_attempt_events');
    const hangUp = new AbortController();
    const failed = t.rejects(
      fetch(service.url + attempts, {
        method: 'POST',
        headers: { authorization: `Bearer ${service.owner.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(contactAttemptBody(service.orgA)),
        signal: hangUp.signal,
      }),
    );
    const waits =
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    await service.asSuperuser(async (observer) => {
      while ((await observer.query(waits)).rowCount === 0);
    });
    hangUp.abort();
    await failed;
    const root = await collector.received(isRoot(attempts));
    t.same(root.attributes['error.type'], 'aborted');
    t.equal(root.attributes['http.response.status_code'], undefined);
    await client.query('ROLLBACK');
  });
});

t.test('a database that goes away is a failure of the transaction and of the statement', async (t) => {
  const collector = await traceCollector(t);
  const tracing = otlpTracing({ endpoint: collector.url, headers: {}, share: 1 }, createLogger('silent'));
  const { service, line } = await startOnCuttableLine(t, { tracing });
  await service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA));
  line.loseCommit('after');
  t.equal(
    (await service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA))).status,
    503,
  );
  await tracing.stop();
  const failed = collector.spans.filter(({ status }) => status.code === 2);
  t.same(
    failed.map(({ name, attributes }) => [name, attributes['error.type']]),
    [
      ['insert-contact-attempt', 'unavailable'],
      ['COMMIT', 'unavailable'],
      ['transaction contact-attempt', 'outcome_unknown'],
      [`POST ${attempts}`, 'outcome-unknown'],
    ],
  );
});
