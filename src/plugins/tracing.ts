import type { Span } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import type { StatementWatch, TransactionMode } from '../database/tenant-transaction.ts';
import type { ProblemCode, StorageFailure } from '../errors.ts';
import type { RequestLabels } from './signal-labels.ts';
import { labelsOf } from './signals.ts';

/** What is told of a transaction while it is traced. */
export interface TransactionTrace {
  watch: StatementWatch;
  end(failure?: StorageFailure): void;
}

/** Makes spans. What it is told comes from closed lists: templates, codes, names of statements and capabilities. */
export interface Tracing {
  /** Begins the span of a request; undefined when it is not recorded. */
  request(labels: RequestLabels, traceparent: string | undefined): Span | undefined;
  endRequest(span: Span, status: number | undefined, problem: ProblemCode | undefined): void;
  /** Begins the span of a transaction below the first of these requests; the others get a link to it. */
  transaction(requests: readonly [Span, ...Span[]], breaker: string, mode: TransactionMode): TransactionTrace;
  /** Sends what is left, for at most two and a half seconds. */
  stop(): Promise<void>;
}

/** The part of W3C Trace Context that is taken over: an address of a span, of version 00, and nothing beside it. */
const traceparentPattern = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Asked every few seconds by machines. */
const untraced: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz']);

/** One span per request, where traces are wanted; without `tracing` no request has a span, and nothing else happens. */
export default plugin(
  async (app, { tracing }: { tracing: Tracing | undefined }) => {
    app.decorate('tracing', tracing);
    app.decorateRequest('span');
    if (!tracing) return;
    app.addHook('onRequest', (request, { raw }, done) => {
      const { traceparent } = request.headers;
      const isValid = typeof traceparent === 'string' && traceparentPattern.test(traceparent);
      const span = untraced.has(request.routeOptions.url)
        ? undefined
        : tracing.request(labelsOf(request), isValid ? traceparent : undefined);
      request.span = span;
      if (span) {
        raw.once('close', () => {
          tracing.endRequest(span, raw.writableFinished ? raw.statusCode : undefined, request.problemCode);
        });
      }
      done();
    });
  },
  { name: 'tracing', dependencies: ['signals'] },
);

/** Begins to trace a transaction that does the work of these requests; undefined when none of them is traced. */
export function traceTransaction(
  tracing: Tracing | undefined,
  requests: readonly FastifyRequest[],
  breaker: string,
  mode: TransactionMode,
): TransactionTrace | undefined {
  if (!tracing) return undefined;
  const [first, ...others] = new Set(requests.flatMap(({ span }) => span ?? []));
  return first && tracing.transaction([first, ...others], breaker, mode);
}

declare module 'fastify' {
  interface FastifyInstance {
    tracing: Tracing | undefined;
  }
  interface FastifyRequest {
    /** There while the request is under way and traced. */
    span?: Span | undefined;
  }
}
