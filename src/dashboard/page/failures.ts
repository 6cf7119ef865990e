import type { ApiProblem } from './api.ts';
import { messagesIn } from './messages/index.ts';
import type { Language } from './view.ts';

/** What a refusal means for the person who looks. */
export function sentenceFor({ type, retryAfterSeconds }: ApiProblem, language: Language): string {
  const words = messagesIn(language).failed;
  switch (type) {
    case 'rate-limited':
      return words[type](retryAfterSeconds ?? 60);
    case 'forbidden':
    case 'invalid-request':
    case 'unknown-reference':
    case 'missing-table':
    case 'unavailable':
    case 'unreachable':
      return words[type];
    default:
      return words.other;
  }
}
