import type { SignInProvider } from '../../config.ts';

/** What the service has written into the page; undefined where people bring a token. */
export function signInProvider(): SignInProvider | undefined {
  const content = (name: string) =>
    document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
  const issuer = content('oidc-issuer');
  return issuer === ''
    ? undefined
    : { issuer, clientId: content('oidc-client-id'), scope: content('oidc-scope') };
}
