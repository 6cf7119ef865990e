import plugin from 'fastify-plugin';
import { Problem } from '../errors.ts';
import { assertReadable } from './json-body.ts';

/** Fields that would carry words about people (spec 2.5), as they look after `fold`. */
const privacyKeys: ReadonlySet<string> = new Set(['query', 'querytext', 'message', 'usertext', 'notes']);

/**
 * The form in which keys are compared: compatibility forms, case, separators and invisible characters do not matter.
 * Upper case comes first because some letters only meet there (the sharp s).
 */
function fold(key: string): string {
  const folded = key.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replace(/[^\p{L}\p{N}]/gu, '');
}

export function isPrivacyKey(key: string): boolean {
  return privacyKeys.has(fold(key));
}

/**
 * Refuses a request that carries a privacy key, in the body at any depth or in the query string, before any schema and
 * before any other 400 (spec 2.1, 2.5).
 */
export default plugin(
  async (app) => {
    app.addHook('preValidation', async (request) => {
      const keys = [...(request.bodyReading?.keys ?? []), ...Object.keys(Object(request.query))];
      if (keys.some(isPrivacyKey)) {
        throw new Problem(
          'privacy-key',
          'The request has a field that is meant for words about people. This service keeps none; remove the field and use the coded fields instead.',
        );
      }
      assertReadable(request.bodyReading);
    });
  },
  { name: 'privacy-guard', dependencies: ['json-body'] },
);
