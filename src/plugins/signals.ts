import type { FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import type { RequestLabels } from './signal-labels.ts';
import { Signals } from './signal-metrics.ts';

const unknown = '(unknown)';

/** The labels of a request: template and method of its route, and one value for whatever no route answers. */
export function labelsOf(request: FastifyRequest): RequestLabels {
  const { url: route } = request.routeOptions;
  return request.is404 || route === undefined
    ? { method: unknown, route: unknown }
    : { method: request.method, route };
}

/** Counts requests, and gives every other plugin and capability the place to count what is theirs (spec 9). */
export default plugin(
  async (app) => {
    const signals = new Signals();
    app.decorate('signals', signals);
    signals.expectRequests({ method: unknown, route: unknown }, ['400', '401', '404', '429']);
    app.addHook('onRoute', ({ method, url, schema }) => {
      const statuses = Object.keys(Object(schema?.response)).filter((status) => /^\d{3}$/.test(status));
      for (const one of [method].flat()) signals.expectRequests({ method: one, route: url }, statuses);
    });
    app.addHook('onResponse', (request, reply, done) => {
      signals.requestAnswered(labelsOf(request), reply.statusCode, reply.elapsedTime / 1000);
      done();
    });
    app.addHook('onRequest', (request, reply, done) => {
      // The framework's own hook hears of nobody who hangs up after the body.
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) signals.requestAborted(labelsOf(request));
      });
      done();
    });
  },
  { name: 'signals' },
);

declare module 'fastify' {
  interface FastifyInstance {
    signals: Signals;
  }
}
