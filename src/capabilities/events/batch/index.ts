import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Clock } from '../../../clock.ts';
import { httpLimits } from '../../../http-limits.ts';
import { BoundedRequest } from '../../../http-refusals.ts';
import { validate } from '../../../plugins/validation.ts';
import { readAnswers } from '../../answers.ts';
import type { EventKinds } from '../event-kinds.ts';
import { batchRoom } from './batch-room.ts';
import { type CheckedEvent, readBatch } from './read-batch.ts';
import { recordBatch } from './record-batch.ts';
import { batchAnswer, batchBody, envelope } from './schema.ts';

/** No event is begun later than this after its batch was read, so that a stop need not cut the batch off. */
const mostMs = 6_000;

/** POST /events/batch: what an offline queue has gathered, events of all kinds, each judged for itself. */
export const batch: FastifyPluginAsyncZod<{ kinds: EventKinds; clock: Clock }> = async (
  app,
  { kinds, clock },
) => {
  const room = batchRoom();

  app.decorateRequest('checkedEvents');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) => {
      const hasQuery = Object.keys(Object(request.query)).length > 0;
      const { value, reading, events } = await readBatch(bytes, kinds, hasQuery);
      request.bodyReading = reading;
      request.checkedEvents = events;
      return value;
    },
  );
  // The body is described in full, and judged as an envelope: its events are judged one by one.
  app.setValidatorCompiler<z.ZodType>(
    ({ schema, httpPart }) =>
      (data) =>
        validate(httpPart === 'body' ? envelope : schema, data, clock),
  );
  app.addHook('preParsing', async ({ raw }) => {
    if (raw instanceof BoundedRequest) raw.allowPieces(httpLimits.batchPieces);
  });

  app.post('/events/batch', {
    ...app.guard({ bucket: 'events', permission: 'canCreateServices', storage: room }),
    bodyLimit: httpLimits.batchBytes,
    schema: {
      tags: ['Events'],
      summary: 'Record events of all kinds, each for itself',
      body: batchBody(kinds),
      response: readAnswers(batchAnswer, 413, 415),
    },
    handler: async (request, reply) => {
      const { checkedEvents } = request;
      if (!checkedEvents) throw new Error('A batch was accepted, and its events were not read.');
      await app.limitBatchEvents(request, reply, checkedEvents.length);
      const latestStart = performance.now() + mostMs;
      const results = await room.inTurn(() => recordBatch(request, checkedEvents, latestStart));
      return reply.code(200).send({ results });
    },
  });
};

declare module 'fastify' {
  interface FastifyRequest {
    /** The events of a batch, in their order. */
    checkedEvents?: readonly CheckedEvent[] | undefined;
  }
}
