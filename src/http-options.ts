import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type FastifyHttpOptions, LogController } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { Problem } from './errors.ts';
import { answerUnusableAddress } from './plugins/not-found.ts';
import { answerHeaders, problemBodyOf, problemMediaType, requestIdOf } from './plugins/problem-details.ts';

/** Limits of the HTTP layer whose defaults would be unsafe (spec 9), and answers for what never becomes a request. */
export function httpOptions(trustProxy: readonly string[] | undefined) {
  return {
    bodyLimit: 64 * 1024,
    // A request that still arrives on an open connection while we stop is answered, and the connection closed.
    return503OnClosing: false,
    requestTimeout: 10_000,
    keepAliveTimeout: 30_000,
    maxRequestsPerSocket: 10_000,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 64 },
    trustProxy: trustProxy ? [...trustProxy] : false,
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request.headers),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    // A request without Host is answered like any other, instead of by Node in its own words.
    http: {
      requireHostHeader: false,
      maxHeaderSize: 8 * 1024,
      headersTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
    },
    frameworkErrors: (_error, request, reply) =>
      answerUnusableAddress(request.server, request.raw, reply.raw),
    clientErrorHandler: (error, socket) => refuseConnection(socket, statusOf(error.code)),
  } satisfies FastifyHttpOptions<Server>;
}

function statusOf(code: string): 400 | 408 | 431 {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

/** Answers bytes that were not an acceptable HTTP request, in our own words, and hangs up. */
function refuseConnection(socket: Socket, status: 400 | 408 | 431): void {
  if (!socket.writable) return;
  const requestId = uuidv7();
  const message = 'The request is not acceptable HTTP: malformed, too slow, or too long.';
  const errors = [{ path: '(whole)', code: 'invalid_http', message }];
  const problem = new Problem('invalid-request', message, { errors });
  const body = JSON.stringify({ ...problemBodyOf(problem, requestId), status });
  const headers = {
    ...answerHeaders(requestId),
    'content-type': problemMediaType,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`, () =>
    socket.destroy(),
  );
}
