import { render } from 'lit-html';
import type { SignInProvider } from '../../config.ts';
import { ApiProblem, createApi } from './api.ts';
import { readAccess, readWindows } from './choices-offered.ts';
import { sentenceFor } from './failures.ts';
import { messagesIn } from './messages/index.ts';
import { Recompute } from './recompute.ts';
import {
  changeFragment,
  formatFragment,
  isSameSelection,
  languageOf,
  parseFragment,
  placeOf,
  showTheSame,
  timeZoneOf,
} from './selection.ts';
import {
  accountIn,
  keepJourney,
  mayBeToken,
  type ProviderAnswer,
  Session,
  takeProviderAnswer,
  takeTokenFromLink,
  tokenIn,
} from './session.ts';
import { pageTemplate } from './shell.ts';
import { type Actions, beginning, type Chosen, isInside, type SignInFault, type State } from './state.ts';
import type { AccessAnswer, FragmentChange, Selection, View, ViewContext } from './view.ts';
import { dayAfter, inItsDays, startOfDay, usualWindow } from './windows.ts';

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
  readonly #recompute = new Recompute(this.#api, (selection) => this.#recomputed(selection));
  readonly #actions: Actions;
  readonly #state: State;
  /** The last one to begin is the one that counts. */
  #turn = 0;
  /** What that one was begun for. */
  #fragment = '';
  /** Whether the service has let the present token in. */
  #isAdmitted = false;

  constructor(parts: PageParts) {
    this.#parts = parts;
    this.#state = beginning(parseFragment(location.hash));
    this.#actions = {
      signInWith: (pasted) => this.#paste(pasted),
      signInWithProvider: parts.provider && (() => void this.#leave()),
      putOff: () => this.#changeSignIn('expired', 'put-off'),
      askAgain: () => this.#changeSignIn('put-off', 'expired'),
      signOut: () => this.#signOut(),
      tryAgain: () => this.#reload(),
      skipToContent: (event) => {
        event.preventDefault();
        this.#parts.root.querySelector<HTMLElement>('main')?.focus();
      },
      chooseDays: () => this.#update({ isChoosingDays: true, daysAreReversed: false }),
      showDays: (first, last) => this.#showDays(first, last),
    };
  }

  /** Begins with what the address brings: a token, a provider's answer, or neither. */
  async start(): Promise<void> {
    const linked = takeTokenFromLink();
    const { provider } = this.#parts;
    const answer = provider && takeProviderAnswer();
    addEventListener('hashchange', () => this.#follow());
    // A page that is brought back as it was left would show what somebody has left behind.
    addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
    if (provider && answer) await this.#return(provider, answer);
    // With a provider, a link would let somebody else choose as whom people look.
    else if (linked !== undefined && !provider) await this.#enter(tokenIn(linked));
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
    if (before.chosen?.view !== chosen?.view) {
      root.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
    }
    if (signIn === 'needed' && this.#state.fault) root.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }

  /** A text that is there already would not be heard again. */
  #announce(text: string): void {
    const { announcements } = this.#parts;
    announcements.textContent = '';
    requestAnimationFrame(() => {
      announcements.textContent = text;
    });
  }

  #paste(pasted: string): void {
    const token = tokenIn(pasted);
    if (token === '') this.#update({ fault: 'empty' });
    else void this.#enter(token);
  }

  async #enter(token: string): Promise<void> {
    this.#isAdmitted = false;
    this.#api.forget();
    // Nothing that one account has begun goes on with the token of another.
    if (accountIn(token) !== this.#state.account) this.#recompute.forget();
    this.#session.begin(token);
    if (!mayBeToken(token)) return this.#expire();
    this.#update({ fault: undefined, ...(this.#state.signIn !== 'expired' && { signIn: 'done' }) });
    await this.#show();
  }

  async #leave(): Promise<void> {
    const { provider } = this.#parts;
    if (!provider) return;
    if (!isSecureContext) return this.#update({ fault: 'insecure' });
    try {
      const { journeyTo } = await import('./oidc.ts');
      const { address, journey } = await journeyTo(provider);
      keepJourney(journey);
      location.assign(address);
    } catch {
      this.#update({ fault: 'providerFailed' });
    }
  }

  async #return(provider: SignInProvider, answer: ProviderAnswer): Promise<void> {
    this.#update({ signIn: 'leaving', language: languageOf(parseFragment(location.hash)) });
    let token: string;
    try {
      const { returnFromProvider } = await import('./oidc.ts');
      token = await returnFromProvider(provider, answer);
    } catch {
      // Declined, out of date, or not asked for by this tab: the remedy is the same.
      return this.#update({ signIn: 'needed', fault: 'returnFailed' });
    }
    await this.#enter(token);
  }

  /** The token is not good: what is shown stays behind the sign-in, and somebody new hears that it was refused. */
  #expire(): void {
    const wasJustTried = this.#session.token !== undefined && !this.#isAdmitted;
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
    this.#api.forget();
    this.#recompute.forget();
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
    this.#state.choice = parseFragment(location.hash);
    if (linked !== undefined && !this.#parts.provider) void this.#enter(tokenIn(linked));
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

  /** Loads anew, also what is usually kept for a while. */
  #reload(isQuiet = false): void {
    this.#api.forget();
    void this.#show(isQuiet);
  }

  /** A recompute is over: if what it was about is still chosen, there are other figures to show now. */
  #recomputed(selection: Selection): void {
    const { chosen } = this.#state;
    if (chosen && isSameSelection(selection, chosen.context.selection)) this.#reload(true);
  }

  /** Loads what the fragment says and draws it; a later turn makes an earlier one not count. */
  async #show(isQuiet = false): Promise<void> {
    const turn = ++this.#turn;
    const isOver = () => turn !== this.#turn;
    this.#fragment = location.hash;
    const choice = parseFragment(location.hash);
    this.#update({ isBusy: true, problem: undefined, choice });
    try {
      const access = await readAccess(this.#api);
      const { token } = this.#session;
      if (isOver() || token === undefined) return;
      this.#admit(token, access);
      const chosen = await this.#choose(access);
      if (isOver()) return;
      if (!chosen) return this.#update({ isBusy: false, chosen: undefined, shown: undefined });
      this.#fragment = formatFragment(chosen.view.id, chosen.context.selection);
      history.replaceState(null, '', this.#fragment);
      this.#update({ chosen, isChoosingDays: this.#state.isChoosingDays && isQuiet });
      const { view, context } = chosen;
      const data = await view.load(context);
      if (isOver()) return;
      this.#update({ isBusy: false, shown: { view, context, data } });
      const { language } = this.#state;
      if (!isQuiet) this.#announce(messagesIn(language).loaded(view.title(language)));
    } catch (error) {
      if (!isOver()) this.#fail(error);
    }
  }

  /** Somebody is in. What was shown to another account goes. */
  #admit(token: string, access: AccessAnswer): void {
    this.#isAdmitted = true;
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
    const windows = await readWindows(this.#api, place);
    const selection: Selection = {
      ...place,
      ...(choice.window ?? usualWindow(windows)),
      language: languageOf(parseFragment(location.hash)),
    };
    const context: ViewContext = {
      selection,
      access,
      api: this.#api,
      timeZone: timeZoneOf(place.orgId, access),
      recompute: this.#recompute,
      reload: () => this.#reload(),
      select: (change) => this.#select(change),
      announce: (text) => this.#announce(text),
    };
    const offered = this.#parts.views.filter((view) => view.isOffered(context));
    const view = offered.find(({ id }) => id === choice.view) ?? offered[0];
    if (!view) throw new ApiProblem({ status: 403, type: 'forbidden', detail: '' });
    return { view, context, offered, windows };
  }

  /** Changes the address, from which all else follows. */
  #select(change: FragmentChange): void {
    const { access } = this.#state;
    const choice = parseFragment(location.hash);
    location.hash = changeFragment(location.hash, access ? inItsDays(change, choice, access) : change);
    // Where the same was chosen again, the address has not changed, and nothing else closes the form.
    this.#update({ isChoosingDays: false, daysAreReversed: false });
  }

  #showDays(first: string, last: string): void {
    const { chosen } = this.#state;
    if (!chosen) return;
    if (first !== '' && last !== '' && first > last) {
      this.#update({ daysAreReversed: true });
      return;
    }
    const { timeZone } = chosen.context;
    this.#select({
      start: first === '' ? null : startOfDay(first, timeZone),
      end: last === '' ? null : startOfDay(dayAfter(last), timeZone),
    });
  }
}
