import plugin from 'fastify-plugin';
import { logEvent } from './logging.ts';

/** One line per request, through a closed list of fields: the route's template, never the URL, host, IP or agent. */
export default plugin(
  async (app) => {
    app.addHook('onResponse', async (request, reply) => {
      logEvent(request.log, 'info', 'request', {
        method: request.is404 ? undefined : request.method,
        route: request.is404 ? '(unknown)' : request.routeOptions.url,
        status: reply.statusCode,
        problem: request.problemCode,
        duration_ms: Math.round(reply.elapsedTime * 10) / 10,
      });
    });
    app.addHook('onRequestAbort', async (request) => {
      logEvent(request.log, 'info', 'request_aborted', {
        route: request.routeOptions.url,
      });
    });
  },
  { name: 'request-log' },
);
