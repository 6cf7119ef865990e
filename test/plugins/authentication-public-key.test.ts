import { generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import { SignJWT } from 'jose';
import t from 'tap';
import { startTestService } from '../support/service.ts';
import { refused } from './support/refused.ts';
import { claims, encode, forge, hs256, knock } from './support/tokens.ts';

/** The cases of RFC 8725 for a service that verifies with a public key, which an attacker knows too. */
const makers = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
} as const;

/** Keys that a token might be signed with, by the algorithm that goes with them. */
const attackers: Record<string, KeyPairKeyObjectResult> = {
  RS256: makers.RS256(),
  ES256: makers.ES256(),
  EdDSA: makers.EdDSA(),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
};

const signed = (key: KeyObject, alg: string, header: object = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg, ...header }).sign(key);

const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

/** Secrets that a service might take for one when it is told HS256: its public key, in every form. */
function publicKeyAsSecret(key: KeyObject): Record<string, string | Buffer> {
  const pem = pemOf(key);
  const jwk = key.export({ format: 'jwk' });
  return {
    'its PEM': pem,
    'its PEM without the last line break': pem.trim(),
    'its PEM with other line breaks': pem.replaceAll('\n', '\r\n'),
    'its PEM in one line': pem.replaceAll('\n', ''),
    'its DER': key.export({ type: 'spki', format: 'der' }),
    'its JWK': JSON.stringify(jwk),
    'its main number': Buffer.from(String(jwk.n ?? jwk.x), 'base64url'),
    nothing: '',
  };
}

for (const [name, makePair] of Object.entries(makers)) {
  t.test(`with a public key, only ${name} tokens of its private key are accepted`, async (t) => {
    const algorithm = name as keyof typeof makers;
    const { publicKey, privateKey } = makePair();
    const config = { tokenKey: { kind: 'public-key', pem: pemOf(publicKey), algorithm } } as const;
    const service = await startTestService(t, { config });
    const good = await signed(privateKey, algorithm);
    refused(t, await knock(service, good), 'not-found', 'the right key');
    const [head = '', body = '', signature = ''] = good.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    const stranger = attackers[algorithm] ?? makePair();
    const withSignature = (value: Buffer) => `${head}.${body}.${value.toString('base64url')}`;

    const forged: Record<string, string> = {
      'another key of the kind': await signed(stranger.privateKey, algorithm),
      'another key, which the token brings along': await signed(stranger.privateKey, algorithm, {
        jwk: stranger.publicKey.export({ format: 'jwk' }),
      }),
      'another key, which the token points to': await signed(stranger.privateKey, algorithm, {
        jku: 'http://127.0.0.1:1/keys',
        x5u: 'http://127.0.0.1:1/x5u',
        kid: '../../../dev/null',
      }),
      'alg none': `${encode({ alg: 'none' })}.${body}.`,
      'alg none with its signature': `${encode({ alg: 'none' })}.${body}.${signature}`,
      'no signature': `${head}.${body}.`,
      'a signature of zeros': withSignature(Buffer.alloc(bytes.length)),
      'a signature of ones': withSignature(Buffer.alloc(bytes.length, 0xff)),
      'half a signature': withSignature(bytes.subarray(0, bytes.length / 2)),
      'a signature with more behind it': withSignature(Buffer.concat([bytes, bytes])),
      'its halves exchanged': withSignature(
        Buffer.concat([bytes.subarray(bytes.length / 2), bytes.subarray(0, bytes.length / 2)]),
      ),
    };
    for (const [what, secret] of Object.entries(publicKeyAsSecret(publicKey))) {
      forged[`HS256 with ${what} as the secret`] = forge(claims, hs256, secret);
      forged[`${algorithm} in the header of an HMAC with ${what}`] = forge(
        claims,
        { alg: algorithm },
        secret,
      );
    }
    for (const [family, { privateKey: key }] of Object.entries(attackers)) {
      if (family !== algorithm) forged[`the family ${family}`] = await signed(key, family);
    }
    if (algorithm === 'RS256') {
      for (const alg of ['RS384', 'RS512', 'PS256', 'PS512'])
        forged[`${alg} of the right key`] = await signed(privateKey, alg);
    }
    if (algorithm === 'ES256') {
      const input = Buffer.from(`${head}.${body}`);
      forged['a signature in DER'] = withSignature(sign('sha256', input, privateKey));
      forged['a signature of zeros in DER'] = withSignature(Buffer.from('3006020100020100', 'hex'));
      const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
      forged['r and s of the order of the curve'] = withSignature(Buffer.from(order + order, 'hex'));
      forged['r zero and s one'] = withSignature(Buffer.from(`${'0'.repeat(127)}1`, 'hex'));
    }
    for (const [what, token] of Object.entries(forged)) {
      refused(t, await knock(service, token), 'unauthenticated', what);
    }
  });
}
