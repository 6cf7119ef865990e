import type { Test } from 'tap';
import { type ProblemCode, problemTypes } from '../../../src/errors.ts';
import type { Answer } from '../../support/service.ts';

/** Asserts that `answer` is the refusal `code` of the registry, as problem details, and nothing else. */
export function refused(t: Test, answer: Answer, code: ProblemCode, what: string = code): void {
  const { status, title } = problemTypes[code];
  const { detail, errors, ...rest } = answer.body ?? {};
  t.same(
    { ...rest, answered: answer.status, media: answer.headers.get('content-type'), detail: typeof detail },
    {
      type: `/problems/${code}`,
      title,
      status,
      request_id: answer.headers.get('x-request-id'),
      answered: status,
      media: 'application/problem+json',
      detail: 'string',
    },
    `${what}: ${code}`,
  );
  if (status === 400 || status === 422) {
    const shape = { path: /^[\w.]+$|^\((whole|unknown field)\)$/, code: /^[a-z_]+$/, message: String };
    t.match(errors?.[0], shape, `${what}: says what is wrong and where`);
  } else t.equal(errors, undefined, `${what}: nothing about fields`);
  t.equal(answer.headers.get('cache-control'), 'no-store', `${what}: not to be stored`);
  t.equal(answer.headers.get('www-authenticate'), status === 401 ? 'Bearer' : null, `${what}: scheme`);
}
