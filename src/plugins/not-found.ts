import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';
import { Problem } from '../errors.ts';

const notFound = () => new Problem('not-found', 'There is nothing at this address for this method.');

/** An unknown address outside /api is 404, limited like the writes, so that a flood of guesses is limited too. */
export default plugin(
  async (app) => {
    app.setNotFoundHandler({ preHandler: [] }, async (request, reply) => {
      await app.rateLimits.events.call(app, request, reply);
      throw notFound();
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
    throw notFound();
  });
  api.setNotFoundHandler(async () => {
    throw notFound();
  });
}
