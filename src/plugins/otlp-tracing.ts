import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { FastifyBaseLogger } from 'fastify';
import type { TracingConfig } from '../config.ts';
import type { StorageFailure } from '../errors.ts';
import { serviceVersion } from '../version.ts';
import { logEvent } from './logging.ts';
import type { Tracing } from './tracing.ts';

/** A collector that does not answer within this gets no second chance with these spans. */
const exportMs = 2_000;
/** How long the first of them waits for others. */
const waitingMs = 1_000;
/** Spans that wait to be sent; what comes on top of them is dropped. */
const mostWaiting = 4_096;
const sampled = 1;

/**
 * Traces to a collector over OTLP/HTTP, without anything global. Spans are sent in the background, and when that fails they are
 * gone: no request waits for it or hears of it. `share` decides by the trace's id, also about a trace that a caller began, so that
 * callers cannot ask for more than that; a caller who does not record makes us not record.
 */
export function otlpTracing({ endpoint, headers, share }: TracingConfig, log: FastifyBaseLogger): Tracing {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = reporting(
    new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: exportMs }),
    log,
  );
  const ratio = new TraceIdRatioBasedSampler(share);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'pilot-evidence', 'service.version': serviceVersion }),
    sampler: new ParentBasedSampler({ root: ratio, remoteParentSampled: ratio }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: waitingMs,
        // The exporter gives up first, and says so.
        exportTimeoutMillis: exportMs + 500,
        maxQueueSize: mostWaiting,
      }),
    ],
  });
  const tracer = provider.getTracer('pilot-evidence', serviceVersion);

  return {
    request({ method, route }, traceparent) {
      const name = `${method} ${route}`;
      const attributes = { 'http.request.method': method, 'http.route': route };
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, contextOf(traceparent));
      return span.isRecording() ? span : undefined;
    },

    endRequest(span, status, problem) {
      if (status !== undefined) span.setAttribute('http.response.status_code', status);
      if (problem) span.setAttribute('pilot.problem', problem);
      if (status !== undefined && status >= 500) fail(span, problem ?? String(status));
      else if (status === undefined) span.setAttribute('error.type', 'aborted');
      span.end();
    },

    transaction([first, ...others], breaker, mode) {
      const attributes = { 'pilot.breaker': breaker, 'pilot.transaction.mode': mode };
      const below = trace.setSpan(ROOT_CONTEXT, first);
      const transaction = tracer.startSpan(`transaction ${breaker}`, { attributes }, below);
      const link = { context: transaction.spanContext() };
      for (const span of others) span.addLink(link);
      const inside = trace.setSpan(ROOT_CONTEXT, transaction);
      return {
        watch(statement) {
          const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': statement };
          const span = tracer.startSpan(statement, { kind: SpanKind.CLIENT, attributes }, inside);
          return (failure) => endWith(span, failure);
        },
        end: (failure) => endWith(transaction, failure),
      };
    },

    async stop() {
      // A failure was logged by the exporter already.
      await Promise.allSettled([provider.shutdown()]);
    },
  };
}

/** Where a new span belongs: into the caller's trace, or into one of its own. */
function contextOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = traceparent?.split('-') ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & sampled;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function endWith(span: Span, failure: StorageFailure | undefined): void {
  if (failure) {
    if (failure.sqlstate !== undefined) span.setAttribute('db.response.status_code', failure.sqlstate);
    fail(span, failure.meaning);
  }
  span.end();
}

/** Marks a failure by a word of a closed list; a message could quote what was sent. */
function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Says once when the collector does not take spans any more, and once when it does again. */
function reporting(exporter: OTLPTraceExporter, log: FastifyBaseLogger): SpanExporter {
  let isAway = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !isAway) logEvent(log, 'warn', 'trace_collector_away');
        if (!failed && isAway) logEvent(log, 'info', 'trace_collector_back');
        isAway = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
}
