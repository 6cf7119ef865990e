import plugin from 'fastify-plugin';
import { Problem } from '../errors.ts';
import { type BodyReading, unreadable } from './json-body.ts';

/** Fields that would carry words about people (spec 2.5), as they look after `fold`. */
const privacyKeys: ReadonlySet<string> = new Set(['query', 'querytext', 'message', 'usertext', 'notes']);

/**
 * The form in which keys are compared: compatibility forms, case, separators and invisible characters do not matter.
 * The way through upper case folds the sharp s, and the first lower case its capital form. Some invisible characters
 * count as letters (the Hangul fillers).
 */
function fold(key: string): string {
  const folded = key.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replace(/[^\p{L}\p{N}]|\p{Default_Ignorable_Code_Point}/gu, '');
}

function isPrivacyKey(key: string): boolean {
  // Nearly all keys are of this kind, and folding them would only take the underscores away.
  return privacyKeys.has(/^[a-z_]+$/.test(key) ? key.replaceAll('_', '') : fold(key));
}

/** The refusal of a body that carries a privacy key, or else of one that cannot be read; `names` stand beside its keys. */
export function refusalOf(
  reading: BodyReading | undefined,
  names: readonly string[] = [],
): Problem | undefined {
  const found = [...(reading?.keys ?? []), ...names].filter(isPrivacyKey).length;
  if (found > 0) {
    const message = `${found} of the fields ${found === 1 ? 'is' : 'are'} meant for words about people`;
    return new Problem(
      'privacy-key',
      'The request has a field that is meant for words about people. This service keeps none; remove the field and use the coded fields instead.',
      { errors: [{ path: '(unknown field)', code: 'privacy_key', message }] },
    );
  }
  return unreadable(reading);
}

/**
 * Refuses a request that carries a privacy key, in the body at any depth or in the query string, before any schema and
 * before any other 400 (spec 2.1, 2.5).
 */
export default plugin(
  async (app) => {
    app.addHook('preValidation', async (request) => {
      const refusal = refusalOf(request.bodyReading, Object.keys(Object(request.query)));
      if (refusal) throw refusal;
    });
  },
  { name: 'privacy-guard', dependencies: ['json-body'] },
);
