import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { describeError, logEvent } from './plugins/logging.ts';
import type { Signals } from './plugins/signal-metrics.ts';

/** The address for operators: it listens until it is closed. */
export interface AdminServer {
  url: string;
  port: number;
  close(): Promise<void>;
}

const limits = {
  maxHeaderSize: 8_192,
  headersTimeout: 2_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 500,
  keepAliveTimeout: 60_000,
};
const mostConnections = 32;

/**
 * Serves `GET /metrics` and nothing else, on an address of its own that must not be published: it asks for no token.
 * @throws Error with one sentence when the address cannot be listened on
 */
export async function startAdminServer(
  { host, port }: { host: string; port: number },
  signals: Signals,
  log: FastifyBaseLogger,
): Promise<AdminServer> {
  signals.watchProcess();
  let underWay: Promise<string> | undefined;
  /** Whoever asks while the figures are gathered gets the same ones. */
  const exposition = () => {
    underWay ??= signals
      .exposition()
      .catch((error: unknown) => {
        logEvent(log, 'error', 'metrics_failed', describeError(error));
        throw error;
      })
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };
  const server = createServer(limits, (request, response) => {
    // What else a request says is of no interest; its body is not read.
    const [path] = request.url?.split('?') ?? [];
    if (path !== '/metrics') response.writeHead(404).end();
    else if (request.method !== 'GET') response.writeHead(405, { allow: 'GET' }).end();
    else {
      exposition().then(
        (text) => response.writeHead(200, { 'content-type': signals.mediaType }).end(text),
        () => response.writeHead(500).end(),
      );
    }
  });
  server.maxConnections = mostConnections;
  await listen(server, host, port);
  const address = server.address();
  const boundPort = address !== null && typeof address === 'object' ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    port: boundPort,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new Error(
      code === 'EADDRINUSE'
        ? 'The port in ADMIN_PORT is in use.'
        : `ADMIN_HOST and ADMIN_PORT are no address to listen on: the system answered ${code}.`,
      { cause: error },
    );
  });
}
