import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';
import { Problem } from '../errors.ts';

const unusableAddresses = new WeakSet<IncomingMessage>();

/** Also in the absolute form, with scheme and host, in which a proxy asks. */
const underApi = /^(?:https?:\/\/[^/]*)?\/api(?:[/?]|$)/;

/**
 * Answers a request whose address the router cannot take: not decodable, or with an id that is far too long. The framework
 * offers no more than a bare request at that point, so it goes through the router again, as an unknown address.
 */
export function answerUnusableAddress(
  app: FastifyInstance,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  unusableAddresses.add(request);
  request.url = underApi.test(request.url ?? '') ? '/api' : '/';
  app.routing(request, response);
}

function problemFor(request: IncomingMessage): Problem {
  if (!unusableAddresses.has(request)) {
    return new Problem('not-found', 'There is nothing at this address for this method.');
  }
  const message = 'The address is not acceptable. Check its percent-encoding and the length of the id.';
  return new Problem('invalid-request', message, {
    errors: [{ path: '(whole)', code: 'invalid_address', message }],
  });
}

/** An unknown address outside /api is 404, limited like the writes, so that a flood of guesses is limited too. */
export default plugin(
  async (app) => {
    // In onRequest, because whatever comes later has looked at the body before.
    app.addHook('onRequest', async (request, reply) => {
      if (!request.is404 || request.server !== app) return;
      await app.rateLimits.events.call(app, request, reply);
      throw problemFor(request.raw);
    });
    app.setNotFoundHandler(async (request) => {
      throw problemFor(request.raw);
    });
  },
  { name: 'not-found', dependencies: ['rate-limits', 'problem-details'] },
);

/** An unknown route or method under /api is 401 without a token and 404 with one, whatever its body (spec 2.1). */
export function answerUnknownRoutes(api: FastifyInstance): void {
  api.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    await api.rateLimits.events.call(api, request, reply);
    await api.authenticate.call(api, request, reply);
    throw problemFor(request.raw);
  });
  api.setNotFoundHandler(async (request) => {
    throw problemFor(request.raw);
  });
}
