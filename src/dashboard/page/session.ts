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

/** What the return from the provider has to fit; kept in this tab until then, and used once. */
export interface Journey {
  verifier: string;
  state: string;
  nonce: string;
  /** The view to come back to. */
  fragment: string;
}

const journeyKey = 'pilot-evidence.sign-in';

export function keepJourney(journey: Journey): void {
  sessionStorage.setItem(journeyKey, JSON.stringify(journey));
}

/** What a provider has answered in the address, and what this tab has kept for it, if it did ask. */
export interface ProviderAnswer {
  answer: URL;
  journey: Journey | undefined;
}

/**
 * Takes a sign-in provider's answer out of the address, and what was kept for it out of the tab, and puts back the view that was
 * left; undefined when this page was loaded by no answer. Whatever becomes of it, neither is there any more.
 */
export function takeProviderAnswer(): ProviderAnswer | undefined {
  const kept = sessionStorage.getItem(journeyKey);
  sessionStorage.removeItem(journeyKey);
  const answer = new URL(location.href);
  if (!answer.searchParams.has('code') && !answer.searchParams.has('error')) return undefined;
  const journey: Journey | undefined = kept === null ? undefined : JSON.parse(kept);
  history.replaceState(null, '', `${answer.pathname}${journey?.fragment ?? ''}`);
  return { answer, journey };
}

/** The token in what somebody pasted, perhaps with the words before it that commands print and headers have. */
export function tokenIn(pasted: string): string {
  return pasted.replace(/^\s*(TOKEN=|Authorization:\s*Bearer\s|Bearer\s)?/i, '').replaceAll(/\s/g, '');
}

/** Whether a text can be sent as a token at all; the service alone decides whether it is good. */
export function mayBeToken(text: string): boolean {
  return /^[\w.-]{1,6000}$/.test(text);
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
