import { randomUUIDv7 } from 'node:crypto';
import {
  IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from './errors.ts';
import { httpLimits } from './http-limits.ts';
import { answerHeaders, problemBodyOf, problemMediaType, requestIdOf } from './plugins/problem-details.ts';
import { isRepeated } from './repeated-headers.ts';

const faults = {
  400: {
    code: 'invalid_http',
    message:
      'The request is not acceptable HTTP, its length can be read in two ways, or it comes in too many pieces.',
  },
  408: { code: 'too_slow', message: 'The request came too slowly.' },
  431: {
    code: 'headers_too_large',
    message: `The request has more than ${httpLimits.headers} headers, or more than ${httpLimits.headerBytes} bytes of them.`,
  },
} as const;

type Fault = keyof typeof faults;

/** The answer to the newest request of each connection. */
const newestResponses = new WeakMap<Duplex, ServerResponse>();
const refused = new WeakSet<Duplex>();

/**
 * Gives `handler` every request that is acceptable HTTP, and answers everything else in our own words and by hanging up.
 * Answers keep the order of the requests: what follows a good request cannot take that one's place.
 */
export function refuseUnacceptable(server: Server, handler: RequestListener): void {
  const receive: RequestListener = (request, response) => {
    // What follows a request that is refused may be a part of it.
    if (refused.has(request.socket)) return;
    newestResponses.set(request.socket, response);
    const fault = faultOf(request);
    if (fault) refuse(request.socket, fault);
    else handler(request, response);
  };
  server.on('request', receive);
  // An Expect that we do not know is no reason to leave the usual way, as Node would.
  server.on('checkExpectation', receive);
  server.on('clientError', (error, socket) => refuse(socket, meaningOf(error)));
  server.on('connect', (_request, socket) => {
    // Node has taken its own listener off.
    socket.on('error', () => socket.destroy());
    refuse(socket, 400);
  });
}

/** A request that is cut off when its body comes in thousands of pieces: each takes its time, however small it is. */
export class BoundedRequest extends IncomingMessage {
  #pieces = 0;
  #mostPieces: number = httpLimits.bodyPieces;

  /** For a route that takes larger bodies than the others. */
  allowPieces(most: number): void {
    this.#mostPieces = most;
  }

  override push(piece: unknown): boolean {
    this.#pieces += 1;
    if (this.#pieces <= this.#mostPieces) return super.push(piece);
    refuse(this.socket, 400);
    return true;
  }
}

/** What Node's parser accepts and we do not: too many headers, and lengths that other servers read differently. */
function faultOf(request: IncomingMessage): Fault | undefined {
  const { rawHeaders, headers, httpVersion } = request;
  if (rawHeaders.length > 2 * httpLimits.headers) return 431;
  const coding = headers['transfer-encoding']?.toLowerCase();
  const framed = coding === undefined || (coding === 'chunked' && httpVersion === '1.1');
  return framed && !isRepeated(request, 'host') && /^1\.[01]$/.test(httpVersion) ? undefined : 400;
}

function meaningOf(error: Error): Fault {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

function refuse(socket: Duplex, fault: Fault): void {
  if (refused.has(socket) || !socket.writable) return;
  refused.add(socket);
  // Nothing that follows is of interest.
  socket.pause();
  const newest = newestResponses.get(socket);
  if (newest && !newest.req.complete && !newest.headersSent) {
    answer(newest, fault);
    return;
  }
  // A request that has its answer gets no second one because its rest is bad.
  const leave = () => (newest?.req.complete === false ? socket.destroy() : hangUp(socket, fault));
  if (!newest || newest.writableFinished) leave();
  else newest.once('close', leave);
}

function answer(response: ServerResponse, fault: Fault): void {
  const { headers, body } = refusal(fault, requestIdOf(response.req.headers));
  response.writeHead(fault, headers).end(body);
}

/** Answers where there is no request to answer to. */
function hangUp(socket: Duplex, fault: Fault): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { headers, body } = refusal(fault, randomUUIDv7());
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${fault} ${STATUS_CODES[fault]}`, ...lines].join('\r\n');
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy());
}

function refusal(fault: Fault, requestId: string): { headers: Record<string, string>; body: string } {
  const { code, message } = faults[fault];
  const problem = new Problem('invalid-request', message, { errors: [{ path: '(whole)', code, message }] });
  const body = JSON.stringify({ ...problemBodyOf(problem, requestId), status: fault });
  const headers = {
    ...answerHeaders(requestId),
    'content-type': problemMediaType,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  return { headers, body };
}
