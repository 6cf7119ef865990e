import { render } from 'lit-html';
import type { z } from 'zod';
import type { windowsPage } from '../../capabilities/metrics/history/schema.ts';
import type { SignInProvider } from '../../config.ts';
import { ApiProblem, createApi } from './api.ts';
import { messagesIn } from './messages/index.ts';
import {
  formatFragment,
  languageOf,
  parseFragment,
  placeOf,
  showTheSame,
  timeZoneOf,
  type Window,
} from './selection.ts';
import { accountIn, hasReturnedFromProvider, Session, takeTokenFromLink, tokenIn } from './session.ts';
import { pageTemplate, sentenceFor } from './shell.ts';
import { type Actions, type Chosen, isInside, type SignInFault, type State } from './state.ts';
import type { AccessAnswer, Selection, View, ViewContext } from './view.ts';
import { dayAfter, startOfDay, usualWindow } from './windows.ts';

/** What the page runs with. */
export interface PageParts {
  root: HTMLElement;
  /** Where sentences go that are to be heard. */
  announcements: HTMLElement;
  views: readonly View<unknown>[];
  provider: SignInProvider | undefined;
}

/**
 * The page: signs in, reads from the fragment what is to be shown, has the view load it, and draws. The fragment says all of
 * what is chosen, so that going back, a link and a new sign-in lead to the same view.
 */
export class Page {
  readonly #parts: PageParts;
  readonly #session = new Session();
  readonly #api = createApi(this.#session, () => this.#expire());
  readonly #actions: Actions;
  readonly #state: State;
  /** The last one to begin is the one that counts. */
  #turn = 0;
  #fragment = '';
  /** The token with which the service has let somebody in. */
  #admitted: string | undefined;

  constructor(parts: PageParts) {
    this.#parts = parts;
    this.#state = {
      language: languageOf(parseFragment(location.hash)),
      signIn: 'needed',
      fault: undefined,
      access: undefined,
      account: undefined,
      chosen: undefined,
      isChoosingDays: false,
      daysAreReversed: false,
      isBusy: false,
      shown: undefined,
      problem: undefined,
    };
    this.#actions = {
      signInWith: (pasted) => this.#paste(pasted),
      signInWithProvider: parts.provider && (() => void this.#leave()),
      putOff: () => this.#changeSignIn('expired', 'put-off'),
      askAgain: () => this.#changeSignIn('put-off', 'expired'),
      signOut: () => this.#signOut(),
      tryAgain: () => void this.#show(),
      skipToContent: (event) => {
        event.preventDefault();
        this.#parts.root.querySelector<HTMLElement>('main')?.focus();
      },
      chooseCycle: (cycleId) => this.#chooseCycle(cycleId),
      chooseDays: () => this.#update({ isChoosingDays: true, daysAreReversed: false }),
      showDays: (first, last) => this.#showDays(first, last),
    };
  }

  /** Begins with what the address brings: a token, a provider's answer, or neither. */
  async start(): Promise<void> {
    const linked = takeTokenFromLink();
    const { provider } = this.#parts;
    const hasReturned = provider !== undefined && hasReturnedFromProvider();
    addEventListener('hashchange', () => this.#follow());
    if (provider && hasReturned) await this.#return(provider);
    // With a provider, a link would let somebody else choose as whom people look.
    else if (linked !== undefined && !provider) await this.#enter(linked);
    else this.#update({});
  }

  #update(change: Partial<State>): void {
    const before = { ...this.#state };
    Object.assign(this.#state, change);
    const { root } = this.#parts;
    const { language, chosen, signIn } = this.#state;
    const words = messagesIn(language);
    document.documentElement.lang = language;
    const title = signIn === 'needed' ? words.signIn.title : chosen?.view.title(language);
    document.title = title ? `${title} · ${words.name}` : words.name;
    render(pageTemplate(this.#state, this.#actions), root);

    const dialog = root.querySelector('dialog');
    if (signIn === 'expired' && !dialog?.open) dialog?.showModal();
    if (signIn !== 'expired' && dialog?.open) dialog.close();
    // Where the page becomes another one, whoever uses the keyboard or hears it begins at its heading.
    const isElsewhere =
      isInside(before) !== isInside(this.#state) || (before.chosen && before.chosen.view !== chosen?.view);
    if (isElsewhere) root.querySelector('h1')?.focus();
    if (signIn === 'needed' && this.#state.fault) root.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }

  #announce(text: string): void {
    this.#parts.announcements.textContent = text;
  }

  #paste(pasted: string): void {
    const token = tokenIn(pasted);
    if (token === '') this.#update({ fault: 'empty' });
    else void this.#enter(token);
  }

  async #enter(token: string): Promise<void> {
    this.#session.begin(token);
    this.#update({ fault: undefined, ...(this.#state.signIn !== 'expired' && { signIn: 'done' }) });
    await this.#show();
  }

  async #leave(): Promise<void> {
    const { provider } = this.#parts;
    if (!provider) return;
    if (!isSecureContext) return this.#update({ fault: 'insecure' });
    try {
      const { leaveForProvider } = await import('./oidc.ts');
      await leaveForProvider(provider);
    } catch {
      this.#update({ fault: 'providerFailed' });
    }
  }

  async #return(provider: SignInProvider): Promise<void> {
    this.#update({ signIn: 'leaving' });
    let token: string;
    try {
      const { returnFromProvider } = await import('./oidc.ts');
      token = await returnFromProvider(provider);
    } catch {
      // Declined, out of date, or not asked for by this tab: the remedy is the same.
      return this.#update({ signIn: 'needed', fault: 'returnFailed' });
    }
    this.#state.language = languageOf(parseFragment(location.hash));
    await this.#enter(token);
  }

  /** The token is not good: what is shown stays behind the sign-in, and somebody new hears that it was refused. */
  #expire(): void {
    const wasJustTried = this.#session.token !== this.#admitted;
    const refused: SignInFault = this.#parts.provider ? 'providerRefused' : 'refused';
    this.#session.end();
    this.#update({
      isBusy: false,
      signIn: this.#state.chosen ? 'expired' : 'needed',
      fault: wasJustTried ? refused : undefined,
    });
  }

  #changeSignIn(from: State['signIn'], to: State['signIn']): void {
    if (this.#state.signIn === from) this.#update({ signIn: to, fault: undefined });
  }

  #signOut(): void {
    this.#turn += 1;
    this.#session.end();
    this.#update({
      signIn: 'needed',
      fault: undefined,
      access: undefined,
      account: undefined,
      chosen: undefined,
      isBusy: false,
      shown: undefined,
      problem: undefined,
    });
    this.#announce(messagesIn(this.#state.language).signedOut);
  }

  /** The fragment has changed: by a link, by going back, or by a choice. */
  #follow(): void {
    // Somebody may open a link with a token in a tab where the page is open already.
    const linked = takeTokenFromLink();
    const language = languageOf(parseFragment(location.hash));
    const { signIn, chosen } = this.#state;
    if (linked !== undefined && !this.#parts.provider) void this.#enter(linked);
    else if (chosen && showTheSame(location.hash, this.#fragment)) {
      this.#fragment = location.hash;
      const { context } = chosen;
      this.#update({
        language,
        chosen: { ...chosen, context: { ...context, selection: { ...context.selection, language } } },
      });
    } else if (signIn === 'done') void this.#show();
    else this.#update({ language, signIn: signIn === 'put-off' ? 'expired' : signIn });
  }

  /** Loads what the fragment says and draws it; a later turn makes an earlier one not count. */
  async #show(): Promise<void> {
    const turn = ++this.#turn;
    const isOver = () => turn !== this.#turn;
    this.#update({ isBusy: true, problem: undefined });
    try {
      const { token } = this.#session;
      const { access = await this.#readAccess() } = token === this.#admitted ? this.#state : {};
      if (isOver() || token === undefined) return;
      this.#admit(token, access);
      const chosen = await this.#choose(access);
      if (isOver()) return;
      if (!chosen) return this.#update({ isBusy: false, chosen: undefined, shown: undefined });
      this.#fragment = formatFragment(chosen.view.id, chosen.context.selection);
      history.replaceState(null, '', this.#fragment);
      this.#update({ chosen, isChoosingDays: false });
      const { view, context } = chosen;
      const data = await view.load(context);
      if (isOver()) return;
      this.#update({ isBusy: false, shown: { view, context, data } });
      this.#announce(messagesIn(this.#state.language).loaded(view.title(this.#state.language)));
    } catch (error) {
      if (!isOver()) this.#fail(error);
    }
  }

  /** Somebody is in. What was shown to another account goes. */
  #admit(token: string, access: AccessAnswer): void {
    this.#admitted = token;
    const account = accountIn(token);
    const isSomebodyElse = account !== this.#state.account;
    const language = languageOf(parseFragment(location.hash));
    this.#update({
      access,
      account,
      language,
      signIn: 'done',
      ...(isSomebodyElse && { chosen: undefined, shown: undefined }),
    });
  }

  #fail(error: unknown): void {
    if (error instanceof ApiProblem && error.status === 401) return;
    if (!(error instanceof ApiProblem)) reportError(error);
    const problem =
      error instanceof ApiProblem ? error : new ApiProblem({ status: 0, type: 'defect', detail: '' });
    this.#update({ isBusy: false, problem, shown: undefined });
    this.#announce(sentenceFor(problem, this.#state.language));
  }

  /** What the fragment says, completed by what this caller may see; undefined where there is nothing to see. */
  async #choose(access: AccessAnswer): Promise<Chosen | undefined> {
    const choice = parseFragment(location.hash);
    const place = placeOf(choice, access);
    if (!place) return undefined;
    const windows = await this.#readWindows(place.cycleId, place.orgId);
    const selection: Selection = {
      ...place,
      ...(choice.window ?? usualWindow(windows)),
      language: languageOf(choice),
    };
    const context: ViewContext = {
      selection,
      access,
      api: this.#api,
      timeZone: timeZoneOf(place.orgId, access),
      reload: () => void this.#show(),
      select: (change) => this.#select(change),
      announce: (text) => this.#announce(text),
    };
    const offered = this.#parts.views.filter((view) => view.isOffered(context));
    const view = offered.find(({ id }) => id === choice.view) ?? offered[0];
    if (!view) throw new ApiProblem({ status: 403, type: 'forbidden', detail: '' });
    return { view, context, offered, windows };
  }

  /** Somebody who takes part in nothing is told so by the page, and not by a refusal. */
  async #readAccess(): Promise<AccessAnswer> {
    try {
      return await this.#api.get<AccessAnswer>('/access');
    } catch (error) {
      if (!(error instanceof ApiProblem && error.type === 'forbidden')) throw error;
      return { is_app_admin: false, organizations: [], cycles: [] };
    }
  }

  async #readWindows(cycleId: string, orgId: string | null): Promise<Window[]> {
    const { items } = await this.#api.get<z.infer<typeof windowsPage>>('/metrics/windows', {
      pilot_cycle_id: cycleId,
      org_id: orgId,
    });
    return items.map(({ window }) => window);
  }

  #select(change: Partial<Selection>): void {
    const { chosen } = this.#state;
    if (!chosen) return;
    this.#state.isChoosingDays = false;
    location.hash = formatFragment(chosen.view.id, { ...chosen.context.selection, ...change });
  }

  /** Another cycle has other windows, so its usual one is shown. */
  #chooseCycle(cycleId: string): void {
    const { chosen } = this.#state;
    if (!chosen) return;
    const fragment = new URLSearchParams(this.#fragment.slice(1));
    fragment.set('cycle', cycleId);
    for (const bound of ['from', 'to']) fragment.delete(bound);
    location.hash = String(fragment);
  }

  #showDays(first: string, last: string): void {
    const { chosen } = this.#state;
    if (!chosen) return;
    const daysAreReversed = first !== '' && last !== '' && first > last;
    if (daysAreReversed) {
      this.#update({ daysAreReversed });
      return;
    }
    const { timeZone } = chosen.context;
    this.#select({
      start: first === '' ? null : startOfDay(first, timeZone),
      end: last === '' ? null : startOfDay(dayAfter(last), timeZone),
    });
    // Where the same days were chosen again, the fragment has not changed.
    this.#update({ isChoosingDays: false, daysAreReversed });
  }
}
