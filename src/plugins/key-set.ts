import { KeyObject } from 'node:crypto';
import { type CryptoKey, createRemoteJWKSet, customFetch, errors, type JWSHeaderParameters } from 'jose';
import { Problem } from '../errors.ts';

const fetchTimeoutMs = 2_000;
const cooldownMs = 30_000;
const refreshMs = 10 * 60_000;

/** The algorithms of asymmetric keys that a key set may offer; symmetric keys in it are ignored (spec 2.2). */
export const keySetAlgorithms = ['RS256', 'ES256', 'EdDSA'] as const;

/**
 * The PEM of the provider's public key for a token's header, from a cached key set (spec 9): a fixed URL, two seconds per
 * fetch, no redirects, at most one refetch per 30 seconds for unknown `kid`s, and the keys we have stay while the provider
 * is away.
 * @throws Problem `unavailable` when there are no keys at all because the provider could not be reached
 * @throws jose errors when no key fits the header
 */
export function remoteKeySet(
  url: string,
  onUnavailable: () => void,
): (header: JWSHeaderParameters) => Promise<string> {
  let lastFetch = Date.now();
  const keySet = createRemoteJWKSet(new URL(url), {
    timeoutDuration: fetchTimeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    // The library counts its cool-down from the last success, and would ask a provider that is away for every unknown kid.
    [customFetch]: async (...request) => {
      if (keySet.jwks() !== undefined && Date.now() - lastFetch < cooldownMs)
        throw new Error('The provider was asked a moment ago.');
      lastFetch = Date.now();
      return fetch(...request);
    },
  });
  const pemByKey = new WeakMap<CryptoKey, string>();

  // Keys that the provider has withdrawn must go, but a provider that is away must not take ours along.
  const refreshWhenOld = async () => {
    if (Date.now() - lastFetch < refreshMs) return;
    await keySet.reload().catch(onUnavailable);
  };

  return async (header) => {
    await refreshWhenOld();
    let key: CryptoKey;
    try {
      key = await keySet(header);
    } catch (error) {
      const noKeyFits =
        error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      if (noKeyFits || error instanceof errors.JOSENotSupported || keySet.jwks() !== undefined) throw error;
      onUnavailable();
      throw new Problem(
        'unavailable',
        'The identity provider cannot be reached. Send the request again after a moment.',
        {
          retryAfterSeconds: 5,
        },
      );
    }
    const known = pemByKey.get(key);
    if (known) return known;
    const pem = KeyObject.from(key).export({ type: 'spki', format: 'pem' }).toString();
    pemByKey.set(key, pem);
    return pem;
  };
}
