import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Test } from 'tap';
import { exchange, rawRequest } from '../../plugins/support/raw-http.ts';
import { storeBaseline } from '../../support/baselines.ts';
import { startTestService, type TestService } from '../../support/service.ts';
import { storedState } from '../../support/stored-state.ts';
import { traceCollector } from '../../support/trace-collector.ts';
import { findIn } from './search.ts';
import { firstWords, type ServiceProcess, startServiceProcess } from './service-process.ts';

/** All that came back over the connection of a request. */
export interface RawAnswer {
  /** NaN when there was no answer. */
  status: number;
  text: string;
}

/** A process of the service, and every place to which something that was sent to it could get. */
export interface SearchedService {
  /** What the process works with: the database, its data and the callers. */
  service: TestService;
  process: ServiceProcess;
  /** Sends bytes and keeps the answer to be searched. */
  send(bytes: Buffer): Promise<RawAnswer>;
  /** Asserts that none of these is anywhere, and that everywhere was searched. */
  nowhere(t: Test, sent: readonly string[], options?: { except?: readonly PlaceName[] }): Promise<void>;
  /** The tables that hold one of these, in alphabetical order. */
  tablesWith(sent: readonly string[]): Promise<string[]>;
}

type PlaceName =
  | 'an answer'
  | 'the log'
  | 'stderr'
  | '/metrics'
  | 'the metrics'
  | 'the traces'
  | 'the process title'
  | 'the sessions of PostgreSQL'
  | "PostgreSQL's log"
  | 'a table';

interface Place {
  name: PlaceName;
  content: string;
  /** Something that has to be found there, or the search proves nothing. */
  certain: string;
}

export async function startSearchedService(
  t: Test,
  settings: Readonly<Record<string, string>> = {},
): Promise<SearchedService> {
  const service = await startTestService(t);
  // A command stores it, and no request.
  await storeBaseline(service, service.orgA);
  const collector = await traceCollector(t);
  const process = await startServiceProcess(t, service.urls.app, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    ...settings,
  });
  const answers: string[] = [];

  const send = async (bytes: Buffer) => {
    const text = (await exchange(process.url, bytes)).toString();
    answers.push(text);
    return { status: Number(/^HTTP\/1\.1 ([2-5]\d\d) /m.exec(text)?.[1]), text };
  };
  const places = async (): Promise<Place[]> => {
    // The log is complete up to here when it has this.
    const marker = randomUUID();
    await exchange(process.url, rawRequest('GET', '/readyz', [`x-request-id: ${marker}`]));
    await process.logged(marker);
    // And so are the traces, when they have this one.
    const traceId = randomBytes(16).toString('hex');
    const traceparent = `traceparent: 00-${traceId}-${randomBytes(8).toString('hex')}-01`;
    await exchange(process.url, rawRequest('GET', '/marker', [traceparent]));
    await collector.received((span) => span.traceId === traceId);
    return [
      { name: 'an answer', content: answers.join('\n'), certain: 'request_id' },
      { name: 'the log', content: process.stdout(), certain: '"event":"request"' },
      { name: 'stderr', content: process.stderr(), certain: firstWords },
      { name: '/metrics', content: await metrics(process, service), certain: 'HTTP/1.1 ' },
      {
        name: 'the metrics',
        content: (await exchange(process.adminUrl, rawRequest('GET', '/metrics'))).toString(),
        certain: 'pilot_rejections_total{',
      },
      { name: 'the traces', content: collector.bodies.join('\n'), certain: 'db.query.summary' },
      { name: 'the process title', content: titleOf(process), certain: 'src/server.ts' },
      { name: 'the sessions of PostgreSQL', content: await sessions(service), certain: 'pilot-evidence' },
      { name: 'a table', content: (await rows(service)).join('\n'), certain: 'Organisation A' },
      ...serverLog(),
    ];
  };
  return {
    service,
    process,
    send,
    async nowhere(t, sent, { except = [] } = {}) {
      for (const { name, content, certain } of await places()) {
        if (except.includes(name)) continue;
        t.ok(content.includes(certain), `${name} was searched`);
        t.equal(findIn(content, sent), undefined, `it is not in ${name}`);
      }
    },
    async tablesWith(sent) {
      const found = (await rows(service)).filter((row) => findIn(row, sent));
      return [...new Set(found.map((row) => row.split(' ')[0] ?? ''))].toSorted();
    },
  };
}

async function rows({ asSuperuser }: TestService): Promise<string[]> {
  return [...(await asSuperuser(storedState))];
}

/** What PostgreSQL tells a superuser about everybody's sessions, statements among it. */
function sessions({ asSuperuser }: TestService): Promise<string> {
  return asSuperuser(async (client) => {
    const { rows } = await client.query('SELECT * FROM pg_stat_activity WHERE datname = current_database()');
    return JSON.stringify(rows);
  });
}

async function metrics({ url }: ServiceProcess, { owner }: TestService): Promise<string> {
  const callers = [[], [`authorization: Bearer ${owner.token}`]];
  return (
    await Promise.all(callers.map((headers) => exchange(url, rawRequest('GET', '/metrics', headers))))
  ).join();
}

/** What the system shows everybody about the process and its threads. */
function titleOf({ child }: ServiceProcess): string {
  const directory = `/proc/${child.pid}`;
  const threads = readdirSync(`${directory}/task`).map((thread) => `task/${thread}/comm`);
  return ['cmdline', 'comm', 'status', ...threads]
    .map((file) => readFileSync(`${directory}/${file}`, 'utf8'))
    .join('\n');
}

/** PostgreSQL's own log, where this run knows it. */
function serverLog(): Place[] {
  const file = globalThis.process.env.TEST_SERVER_LOG;
  return file ? [{ name: "PostgreSQL's log", content: readFileSync(file, 'utf8'), certain: 'LOG:' }] : [];
}
