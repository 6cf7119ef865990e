import { createServer, type RequestListener, type Server } from 'node:http';
import { type FastifyHttpOptions, LogController } from 'fastify';
import { httpLimits } from './http-limits.ts';
import { BoundedRequest, refuseUnacceptable } from './http-refusals.ts';
import { answerUnusableAddress } from './plugins/not-found.ts';
import { requestIdOf } from './plugins/problem-details.ts';

/** How the framework takes requests. */
export function httpOptions(trustProxy: readonly string[] | undefined) {
  return {
    serverFactory: boundedServer,
    bodyLimit: httpLimits.bodyBytes,
    // A request that still arrives on an open connection while we stop is answered, and the connection closed.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: httpLimits.parameterLength },
    trustProxy: trustProxy ? [...trustProxy] : false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    frameworkErrors: (_error, request, reply) =>
      answerUnusableAddress(request.server, request.raw, reply.raw),
    // The server refuses by itself, also on the second address that a name like localhost may have.
    clientErrorHandler: () => undefined,
  } satisfies FastifyHttpOptions<Server>;
}

function boundedServer(handler: RequestListener): Server {
  const server = createServer({
    IncomingMessage: BoundedRequest,
    maxHeaderSize: httpLimits.headerBytes,
    headersTimeout: httpLimits.headersMs,
    requestTimeout: httpLimits.requestMs,
    connectionsCheckingInterval: 500,
    keepAliveTimeout: httpLimits.idleMs,
    // A request without Host is answered like any other, instead of by Node in its own words.
    requireHostHeader: false,
    shouldUpgradeCallback: () => false,
  });
  // Who does not read their answers would otherwise hold the connection, and what is written to it, for ever.
  server.timeout = httpLimits.stalledMs;
  // Node drops the headers beyond its count without a word; the one more shows that there were too many.
  server.maxHeadersCount = httpLimits.headers + 1;
  server.maxRequestsPerSocket = httpLimits.requestsPerConnection;
  server.maxConnections = httpLimits.connections;
  refuseUnacceptable(server, handler);
  return server;
}
