import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Test } from 'tap';
import { z } from 'zod';
import { freePort } from './free-port.ts';

const value = z
  .strictObject({ stringValue: z.string(), intValue: z.number() })
  .partial()
  .transform(({ stringValue, intValue }) => stringValue ?? intValue);
const attributes = z
  .array(z.strictObject({ key: z.string(), value }))
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value])));
const span = z.looseObject({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes,
  links: z.array(z.looseObject({ traceId: z.string(), spanId: z.string() })),
  events: z.array(z.unknown()),
  status: z.looseObject({ code: z.number().optional() }),
});
const exportRequest = z.strictObject({
  resourceSpans: z.array(
    z.looseObject({
      resource: z.looseObject({ attributes }),
      scopeSpans: z.array(z.looseObject({ spans: z.array(span) })),
    }),
  ),
});

export type ReceivedSpan = z.infer<typeof span>;

/** A collector of traces that takes OTLP over HTTP as JSON, and keeps what it gets. */
export interface TraceCollector {
  url: string;
  spans: readonly ReceivedSpan[];
  /** Everything that was sent to it, word for word. */
  bodies: readonly string[];
  headers: readonly IncomingHttpHeaders[];
  resources: readonly unknown[];
  /** Resolves when a span is there for which this holds. */
  received(isIt: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan>;
  /** How many requests came, also while it answers with a failure. */
  readonly requests: number;
  /** What it answers from now on; `silence` is no answer at all. */
  answer(status: number | 'silence'): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes a collector and starts it; it stops with the test. */
export async function traceCollector(t: Pick<Test, 'teardown'>): Promise<TraceCollector> {
  const port = await freePort();
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const resources: unknown[] = [];
  const arrivals = new EventTarget();
  let answer: number | 'silence' = 200;
  let requests = 0;

  const server = createServer(async (request, response) => {
    requests += 1;
    if (request.method !== 'POST' || request.url !== '/v1/traces') return response.writeHead(404).end();
    if (answer === 'silence') return undefined;
    if (answer !== 200) return response.writeHead(answer).end();
    const body = await json(request);
    bodies.push(JSON.stringify(body));
    headers.push(request.headers);
    for (const { resource, scopeSpans } of exportRequest.parse(body).resourceSpans) {
      resources.push(resource.attributes);
      spans.push(...scopeSpans.flatMap((scope) => scope.spans));
    }
    arrivals.dispatchEvent(new Event('spans'));
    return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const collector: TraceCollector = {
    url: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    headers,
    resources,
    async received(isIt) {
      for (;;) {
        const found = spans.find(isIt);
        if (found) return found;
        await once(arrivals, 'spans');
      }
    },
    get requests() {
      return requests;
    },
    answer(status) {
      answer = status;
    },
    async start() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  await collector.start();
  t.teardown(() => collector.stop());
  return collector;
}
