import * as oauth from 'oauth4webapi';
import type { SignInProvider } from '../../config.ts';

/** What the return from the provider has to fit; kept until then, and used once. */
interface Journey {
  verifier: string;
  state: string;
  nonce: string;
  /** The view to come back to. */
  fragment: string;
}

const storageKey = 'pilot-evidence.sign-in';
const redirectUri = () => `${location.origin}/dashboard`;

/** The settings allow http only for a provider on this machine. */
const options = ({ issuer }: SignInProvider) => ({
  [oauth.allowInsecureRequests]: issuer.startsWith('http:'),
});

async function discover(provider: SignInProvider): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(provider.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options(provider)));
}

/** Leaves for the provider (authorization code with PKCE); the page is loaded anew when it comes back. */
export async function leaveForProvider(provider: SignInProvider): Promise<void> {
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
  sessionStorage.setItem(storageKey, JSON.stringify(journey));
  location.assign(address);
}

/**
 * Takes the provider's answer out of the address, puts back the view that was left, and exchanges the code for a token.
 * @throws Error when this tab did not ask for it, or the provider refuses
 */
export async function returnFromProvider(provider: SignInProvider): Promise<string> {
  const answer = new URL(location.href);
  const kept = sessionStorage.getItem(storageKey);
  sessionStorage.removeItem(storageKey);
  const journey: Journey | undefined = kept === null ? undefined : JSON.parse(kept);
  history.replaceState(null, '', `/dashboard${journey?.fragment ?? ''}`);
  if (!journey) throw new Error('This tab did not ask for it.');

  const server = await discover(provider);
  const client: oauth.Client = { client_id: provider.clientId };
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
