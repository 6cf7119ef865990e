import { KeyObject } from 'node:crypto';
import { type CryptoKey, createLocalJWKSet, errors, type JWK, type JWSHeaderParameters } from 'jose';
import { Problem } from '../errors.ts';

const fetchTimeoutMs = 2_000;
const largestBytes = 256 * 1024;
/** Milliseconds between two fetches: while there are no keys, for keys that we do not know, and to learn of withdrawn ones. */
const withoutKeysMs = 5_000;
const unknownKeyMs = 30_000;
const refreshMs = 10 * 60_000;
const leastRsaBits = 2048;

/** The algorithms of asymmetric keys that a key set may offer; symmetric keys in it are ignored (spec 2.2). */
export const keySetAlgorithms = ['RS256', 'ES256', 'EdDSA'] as const;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/** The public keys of an identity provider, cached. */
export interface RemoteKeySet {
  /** Fetches the keys unless that was tried a moment ago. Never fails: the keys we have stay. */
  refresh(): Promise<void>;
  /**
   * The PEM of the key that a token's header names.
   * @throws Problem `unavailable` when there are no keys at all because the provider could not be reached
   * @throws jose errors when no key fits the header
   */
  pemFor(header: JWSHeaderParameters): Promise<string>;
}

/**
 * The key set at a fixed URL (spec 9). Requests share a fetch, and known keys stay for as long as the provider is away.
 * jose's own remote set counts its pauses from the last success, and so would ask such a provider for every token.
 */
export function remoteKeySet(url: string, onUnavailable: () => void): RemoteKeySet {
  let keys: KeySet | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let latest: Promise<void> | undefined;

  // Every pause is longer than a fetch can take, so there is at most one at a time.
  const refresh = async (pauseMs = withoutKeysMs): Promise<void> => {
    if (Date.now() - askedAt >= pauseMs) {
      askedAt = Date.now();
      latest = fetchKeySet(url).then((fetched) => {
        keys = fetched;
      }, onUnavailable);
    }
    await latest;
  };

  const find = async (header: JWSHeaderParameters) => {
    if (keys) return keys(header);
    const detail = 'The identity provider cannot be reached. Send the request again after a moment.';
    throw new Problem('unavailable', detail, { retryAfterSeconds: withoutKeysMs / 1000 });
  };

  return {
    refresh,
    async pemFor(header) {
      if (!keySetAlgorithms.some((algorithm) => algorithm === header.alg))
        throw new errors.JOSENotSupported();
      if (!keys || Date.now() - askedAt >= refreshMs) await refresh();
      const key = await find(header).catch(async (error: unknown) => {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        await refresh(unknownKeyMs);
        return find(header);
      });
      return pemOf(key);
    },
  };
}

const pems = new WeakMap<CryptoKey, string>();

/** Remembers what it made, because that takes as long as to verify a token. */
function pemOf(key: CryptoKey): string {
  const pem = pems.get(key) ?? KeyObject.from(key).export({ type: 'spki', format: 'pem' }).toString();
  pems.set(key, pem);
  return pem;
}

/** @throws Error when the provider does not answer with at least one key that can be used */
async function fetchKeySet(url: string): Promise<KeySet> {
  const response = await fetch(url, {
    headers: { accept: 'application/json, application/jwk-set+json' },
    redirect: 'error',
    signal: AbortSignal.timeout(fetchTimeoutMs),
  });
  if (response.status !== 200) throw new Error(`The identity provider answered ${response.status}.`);
  const offered = createLocalJWKSet(JSON.parse(await readBody(response))).jwks();
  const usable: JWK[] = [];
  for (const key of offered.keys) if (await isUsable(key)) usable.push(key);
  if (usable.length === 0) throw new Error('The key set has no key that can be used.');
  return createLocalJWKSet({ keys: usable });
}

async function readBody({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > largestBytes) throw new Error('The key set is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Whether a token may be signed with this key: a public one of an accepted algorithm, and not a short one. */
async function isUsable(jwk: JWK): Promise<boolean> {
  const only = createLocalJWKSet({ keys: [jwk] });
  const found = await Promise.allSettled(keySetAlgorithms.map((alg) => only({ alg })));
  return found.some(
    (result) =>
      result.status === 'fulfilled' &&
      (KeyObject.from(result.value).asymmetricKeyDetails?.modulusLength ?? leastRsaBits) >= leastRsaBits,
  );
}
