import * as oauth from 'oauth4webapi';
import type { SignInProvider } from '../../config.ts';
import type { Journey, ProviderAnswer } from './session.ts';

/** How long the provider may take for an answer. */
const patienceMs = 10_000;

const redirectUri = () => `${location.origin}/dashboard`;

/** The settings allow http only for a provider on this machine. */
const options = ({ issuer }: SignInProvider) => ({
  [oauth.allowInsecureRequests]: issuer.startsWith('http:'),
  signal: () => AbortSignal.timeout(patienceMs),
});

async function discover(provider: SignInProvider): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(provider.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options(provider)));
}

/** Where to sign in (authorization code with PKCE), and what has to be kept until the page is loaded anew with the answer. */
export async function journeyTo(provider: SignInProvider): Promise<{ address: URL; journey: Journey }> {
  const { authorization_endpoint: endpoint } = await discover(provider);
  if (!endpoint) throw new Error('The provider has no authorization endpoint.');
  const journey: Journey = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    fragment: location.hash,
  };
  const address = new URL(endpoint);
  const parameters = {
    client_id: provider.clientId,
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: provider.scope,
    state: journey.state,
    nonce: journey.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(journey.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return { address, journey };
}

/**
 * Exchanges the code that the provider has answered for a token.
 * @throws Error when this tab did not ask for it, or the provider refuses
 */
export async function returnFromProvider(
  provider: SignInProvider,
  { answer, journey }: ProviderAnswer,
): Promise<string> {
  if (!journey) throw new Error('This tab did not ask for it.');
  const server = await discover(provider);
  // The clocks of browsers are off; the service looks at its own, and at the access token alone.
  const client: oauth.Client = { client_id: provider.clientId, [oauth.clockTolerance]: 300 };
  const parameters = oauth.validateAuthResponse(server, client, answer, journey.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri(),
    journey.verifier,
    options(provider),
  );
  const { access_token: token } = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: journey.nonce,
    requireIdToken: true,
  });
  return token;
}
