import { readFileSync } from 'node:fs';
import { problemBody } from '../../src/plugins/problem-details.ts';
import type { Answer } from '../support/service.ts';
import type { BadInput } from './bad-input.ts';

const wordsIn = (text: string): ReadonlySet<string> =>
  new Set(text.toLowerCase().match(/[^\s"'{}()[\]:;,=&?/<>\\]{4,}/g));

/** Words that an answer may have of its own: the names and codes of the API, and a little HTTP. */
const ours: ReadonlySet<string> = new Set([
  ...wordsIn(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')),
  ...['authorization', 'close', 'content-length', 'content-type', 'utf-8'],
]);

/** Which words of what was sent occur in a text that should repeat none of them, and never the parrot. */
export function echoes(sent: Buffer, text: string): string[] {
  const repeated = wordsIn(sent.toString('utf8')).intersection(wordsIn(text)).difference(ours);
  return [...repeated, ...(text.toLowerCase().match(/parrot/g) ?? [])];
}

/** What is wrong with how a case was answered: nothing, when it is exactly one refusal as the table says. */
export function faultsOf(bad: BadInput, sent: Buffer, answers: readonly Answer[]): string[] {
  const [answer, ...more] = answers;
  if (!answer || more.length > 0) return [`${answers.length} answers`];
  const { status, headers, body, text } = answer;
  const problem = problemBody.safeParse(body).data;
  const seen: [what: string, is: unknown, expected: unknown][] = [
    ['status', status, bad.status],
    ['type', problem?.type, `/problems/${bad.problem}`],
    ['status in the body', problem?.status, bad.status],
    ['media type', headers.get('content-type'), 'application/problem+json'],
    ['request id', headers.get('x-request-id'), problem?.request_id],
    ['cache-control', headers.get('cache-control'), 'no-store'],
    ['connection', headers.get('connection'), 'close'],
    [
      'errors',
      problem?.errors !== undefined && problem.errors.length > 0,
      [400, 422, 431].includes(bad.status),
    ],
  ];
  const wrong = seen.filter(([, is, expected]) => is !== expected);
  const shown = JSON.stringify([...headers].filter(([name]) => name !== 'date')) + text;
  return [
    ...wrong.map(([what, is, expected]) => `${what} ${is}, not ${expected}`),
    ...echoes(sent, shown).map((word) => `repeats "${word}"`),
  ];
}
