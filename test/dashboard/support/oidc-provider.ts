import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { SignJWT } from 'jose';
import type { Test } from 'tap';
import { makeKey } from '../../plugins/support/identity-provider.ts';

/** A small OpenID Connect provider: discovery, a page to agree or decline on, codes under PKCE that are good once, a key set. */
export interface OidcProvider {
  issuer: string;
  host: string;
  jwksUrl: string;
  clientId: string;
  /** As whom people sign in. */
  subject: string;
  /** What the next tokens say instead of what they should; the test changes it. */
  lies: { nonce?: string; issuer?: string };
  /** What was asked of the authorization endpoint so far. */
  authorizations: URLSearchParams[];
  /** What the token endpoint answered so far. */
  exchanges: number[];
  /** From now on nothing is answered. */
  vanish(): void;
}

/** Starts a provider that knows one client, with the dashboard's address to return to; it goes with the test. */
export async function startOidcProvider(t: Test, redirectUri: () => string): Promise<OidcProvider> {
  const key = makeKey('provider');
  const codes = new Map<string, URLSearchParams>();

  const sign = (claims: Record<string, string>, type: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: type })
      .setIssuer(provider.lies.issuer ?? provider.issuer)
      .setSubject(provider.subject)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + 300)
      .sign(key.privateKey);

  const authorize = (asked: URLSearchParams, response: ServerResponse) => {
    provider.authorizations.push(asked);
    const isGood =
      asked.get('response_type') === 'code' &&
      asked.get('client_id') === provider.clientId &&
      asked.get('redirect_uri') === redirectUri() &&
      asked.get('scope')?.split(' ').includes('openid') &&
      asked.get('code_challenge_method') === 'S256' &&
      asked.get('code_challenge')?.length === 43;
    if (!isGood) return response.writeHead(400).end('bad request');
    const code = randomUUID();
    codes.set(code, asked);
    const back = (answer: Record<string, string>) => {
      const query = new URLSearchParams({ ...answer, state: asked.get('state') ?? '', iss: provider.issuer });
      return `${redirectUri()}?${query}`.replaceAll('&', '&amp;');
    };
    return response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<!doctype html><title>Provider</title>
      <link rel="icon" href="data:,">
      <a href="${back({ code })}">Agree</a> <a href="${back({ error: 'access_denied' })}">Decline</a>`);
  };

  const exchange = async (sent: URLSearchParams): Promise<object | undefined> => {
    const code = sent.get('code') ?? '';
    const asked = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256')
      .update(sent.get('code_verifier') ?? '')
      .digest('base64url');
    const isGood =
      asked &&
      sent.get('grant_type') === 'authorization_code' &&
      sent.get('client_id') === provider.clientId &&
      sent.get('redirect_uri') === asked.get('redirect_uri') &&
      challenge === asked.get('code_challenge');
    if (!isGood) return undefined;
    const nonce = provider.lies.nonce ?? asked.get('nonce') ?? '';
    return {
      token_type: 'Bearer',
      expires_in: 300,
      access_token: await sign({ scope: asked.get('scope') ?? '' }, 'at+jwt'),
      id_token: await sign({ aud: provider.clientId, nonce }, 'JWT'),
    };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const json = (status: number, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
        .end(JSON.stringify(body));
    const { pathname, searchParams } = new URL(request.url ?? '', provider.issuer);
    if (pathname === '/authorize') return authorize(searchParams, response);
    if (pathname === '/jwks') return json(200, { keys: [key.jwk] });
    if (pathname === '/token') {
      const tokens = await exchange(new URLSearchParams(await text(request)));
      provider.exchanges.push(tokens ? 200 : 400);
      return tokens ? json(200, tokens) : json(400, { error: 'invalid_grant' });
    }
    if (pathname !== '/.well-known/openid-configuration') return response.writeHead(404).end();
    return json(200, {
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/authorize`,
      token_endpoint: `${provider.issuer}/token`,
      jwks_uri: provider.jwksUrl,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [key.alg],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const vanish = () => {
    server.close();
    server.closeAllConnections();
  };
  t.teardown(vanish);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The provider has no port.');
  const host = `127.0.0.1:${address.port}`;
  const provider: OidcProvider = {
    issuer: `http://${host}`,
    host,
    jwksUrl: `http://${host}/jwks`,
    clientId: 'dashboard',
    subject: randomUUID(),
    lies: {},
    authorizations: [],
    exchanges: [],
    vanish,
  };
  return provider;
}
