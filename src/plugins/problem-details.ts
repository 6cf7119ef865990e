import { randomUUIDv7 } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { z } from 'zod';
import { Problem, type ProblemCode, problemTypes, StorageFailure, type StorageMeaning } from '../errors.ts';
import { describeError, logEvent } from './logging.ts';
import { labelsOf } from './signals.ts';

/** The body of every refusal (RFC 9457). */
export const problemBody = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    request_id: z.string(),
    errors: z.array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'Why the request was refused; nothing in it repeats what was sent.' });

const uuid = z.guid();

export type ProblemBody = z.infer<typeof problemBody>;

export const problemMediaType = 'application/problem+json';

/** The caller's request id when it is a UUID, otherwise one of ours. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const sent = headers['x-request-id'];
  return typeof sent === 'string' && uuid.safeParse(sent).success ? sent : randomUUIDv7();
}

export function problemBodyOf(problem: Problem, requestId: string): ProblemBody {
  const { status, title } = problemTypes[problem.code];
  return {
    type: `/problems/${problem.code}`,
    title,
    status,
    detail: problem.message,
    request_id: requestId,
    ...(problem.errors && { errors: [...problem.errors] }),
  };
}

/** Headers of every answer under /api and of every refusal. */
export function answerHeaders(requestId: string): Record<string, string> {
  return { 'cache-control': 'no-store', 'x-request-id': requestId };
}

/** Sends every refusal and failure as problem details, and logs failures without a word of the caller's. */
export default plugin(
  async (app) => {
    app.decorateRequest('problemCode');
    app.addHook('onRequest', async (request, reply) => {
      reply.headers(answerHeaders(request.id));
    });
    app.setErrorHandler((error, request, reply) => sendProblem(toProblem(error, request), request, reply));
  },
  { name: 'problem-details', dependencies: ['signals'] },
);

function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.problemCode = problem.code;
  request.server.signals.requestRefused(labelsOf(request), problem);
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', String(problem.retryAfterSeconds));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(problem.status)
    .type(problemMediaType)
    .serializer(JSON.stringify)
    .send(problemBodyOf(problem, request.id));
}

const storageProblems: Readonly<Record<Exclude<StorageMeaning, 'missing_table'>, () => Problem>> = {
  unavailable: () => unavailable('The database cannot be reached. Send the request again after a moment.', 2),
  overload: () => unavailable('The database took too long. Send the request again after a moment.', 2),
  contention: () => unavailable('Other requests were in the way. Send the request again.', 1),
  outcome_unknown: () =>
    new Problem(
      'outcome-unknown',
      'The connection to the database was lost at the last moment. If the request had an id, send it again: that never stores it twice. Without one it may already be stored.',
      { retryAfterSeconds: 2 },
    ),
  unknown_reference: () =>
    new Problem('unknown-reference', 'The request names something that is not registered.', {
      errors: [
        { path: '(whole)', code: 'not_registered', message: 'names something that is not registered' },
      ],
    }),
  duplicate: () => new Problem('id-conflict', 'The id is already used for different content.'),
  defect: () => internalError(),
};

function unavailable(detail: string, retryAfterSeconds: number): Problem {
  return new Problem('unavailable', detail, { retryAfterSeconds });
}

function internalError(): Problem {
  return new Problem(
    'internal-error',
    'Something failed on our side. Quote the request id when you report it.',
  );
}

/** Codes of the framework that are the caller's doing. Everything else it throws is ours. */
const frameworkProblems: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_BAD_URL: 'invalid-request',
  FST_ERR_NOT_FOUND: 'not-found',
  FST_STATIC_FORBIDDEN_PATH: 'not-found',
};

const frameworkDetails: Partial<Record<ProblemCode, string>> = {
  'unsupported-media-type': 'Send the body as application/json in UTF-8, without a content encoding.',
  'malformed-json': 'The body is not complete JSON. Check its length and its syntax.',
  'invalid-request': 'The address is not a valid URL. Check its percent-encoding.',
  'not-found': 'There is nothing at this address for this method.',
};

/** The refusal of a body, or of an event in a batch, that has more than this many bytes. */
export function bodyTooLarge(limit: number): Problem {
  const detail = `The body is larger than ${limit / 1024} KiB. Send one event per request, or fewer in a batch.`;
  return new Problem('body-too-large', detail);
}

/** Whether the refusal for what was thrown is that nobody can be served now (503). */
export function meansUnavailable(error: unknown): boolean {
  if (error instanceof Problem) return error.status === 503;
  return (
    error instanceof StorageFailure &&
    error.meaning !== 'missing_table' &&
    storageProblems[error.meaning]().status === 503
  );
}

/** The refusal for anything that was thrown; failures of ours are logged on the way. */
export function toProblem(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = frameworkProblems[code];
  if (known === 'body-too-large') return bodyTooLarge(request.routeOptions.bodyLimit);
  if (known) return new Problem(known, frameworkDetails[known] ?? problemTypes[known].title);
  // The caller hung up, or was cut off, in the middle of the body: nobody is there to read this, and nothing failed here.
  if (request.raw.aborted)
    return new Problem('malformed-json', 'The connection ended before the body was complete.');
  logFailure(error, request);
  if (error instanceof StorageFailure && error.meaning !== 'missing_table')
    return storageProblems[error.meaning]();
  return internalError();
}

function logFailure(error: unknown, request: FastifyRequest): void {
  const origin = { route: request.routeOptions.url };
  if (error instanceof StorageFailure) {
    const { meaning, sqlstate, constraint, table } = error;
    // Permission is checked before every statement, so a refusal by a policy means that a check is missing (spec 4.2).
    const event = sqlstate === '42501' ? 'row_level_security_alert' : 'request_failed';
    logEvent(request.log, 'error', event, { ...origin, meaning, sqlstate, constraint, table });
  } else {
    logEvent(request.log, 'error', 'request_failed', { ...origin, ...describeError(error) });
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Which refusal was answered, for the request log. */
    problemCode?: ProblemCode;
  }
}
