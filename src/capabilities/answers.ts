import type { z } from 'zod';
import { problemBody, problemMediaType } from '../plugins/problem-details.ts';
import { answersOfEveryRoute } from '../plugins/route-guard.ts';
import { receipt } from './receipt.ts';

const problemDescriptions = {
  400: 'Not JSON, a wrong shape, an unknown field, a privacy key, or an undeclared query parameter',
  401: 'No token, or one that does not verify',
  403: 'The caller may not do this in this organisation, or there is no such organisation',
  404: 'There is no such thing for this caller',
  409: 'The id is used for different content, or the state does not allow the change',
  413: 'The body is larger than 64 KiB',
  415: 'The body is not application/json',
  422: 'Names a cycle, service or organisation that is not registered, or an anchor that this organisation does not have',
  429: 'Rate limit; see Retry-After',
  500: 'The service failed',
  501: 'A table this endpoint needs is missing',
  503: 'The database is away or overloaded; see Retry-After',
} as const;

type ProblemStatus = keyof typeof problemDescriptions;

function problemAnswers<Status extends ProblemStatus>(statuses: readonly Status[]) {
  const answer = (status: ProblemStatus) => ({
    description: problemDescriptions[status],
    content: { [problemMediaType]: { schema: problemBody } },
  });
  return Object.fromEntries([...answersOfEveryRoute, ...statuses].map((status) => [status, answer(status)]));
}

/** The declared answers of a read: its body, and every refusal. */
export function readAnswers<Body extends z.ZodType>(body: Body, ...more: ProblemStatus[]) {
  return { 200: body, ...problemAnswers(more) };
}

/** The declared answers of a write that takes a body and returns a receipt. */
export function writeAnswers(...more: ProblemStatus[]) {
  return { 200: receipt, 201: receipt, ...problemAnswers([409, 413, 415, ...more]) };
}
