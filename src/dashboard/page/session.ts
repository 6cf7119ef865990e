/** Who is looking: the token, which is kept in this object and nowhere else. */
export class Session {
  #token: string | undefined;

  get token(): string | undefined {
    return this.#token;
  }

  begin(token: string): void {
    this.#token = token;
  }

  end(): void {
    this.#token = undefined;
  }
}

/**
 * Takes the token out of a link "#token=..." and wipes it from the address and from the history, before anything else happens.
 * What else the fragment says stays.
 */
export function takeTokenFromLink(): string | undefined {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token');
  if (token === null) return undefined;
  fragment.delete('token');
  history.replaceState(null, '', `${location.pathname}#${fragment}`);
  return token;
}

/** Whether this page was loaded by a sign-in provider's answer. */
export function hasReturnedFromProvider(): boolean {
  const query = new URLSearchParams(location.search);
  return query.has('state') && (query.has('code') || query.has('error'));
}

/** The token in what somebody pasted, perhaps with the words before it that commands print and headers have. */
export function tokenIn(pasted: string): string {
  return pasted.replace(/^\s*(TOKEN=|Authorization:\s*Bearer\s|Bearer\s)?/i, '').replaceAll(/\s/g, '');
}

/** The account that a token names, for whoever has to be told it; the service alone decides whether the token is good. */
export function accountIn(token: string): string | undefined {
  try {
    const payload = token.split('.')[1] ?? '';
    const { sub }: { sub?: unknown } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
