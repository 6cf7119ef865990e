import type { ApiProblem } from './api.ts';
import { type Choice, languageOf, type Window } from './selection.ts';
import type { AccessAnswer, Language, View, ViewContext } from './view.ts';

/** What went wrong with signing in, by its message. */
export type SignInFault =
  | 'empty'
  | 'refused'
  | 'providerFailed'
  | 'returnFailed'
  | 'providerRefused'
  | 'insecure';

/** What is chosen, and what there is to choose from. */
export interface Chosen {
  view: View<unknown>;
  context: ViewContext;
  offered: readonly View<unknown>[];
  windows: readonly Window[];
}

/** Everything that the page shows follows from this. */
export interface State {
  language: Language;
  /** `leaving`: on the way to the provider, or back from it. `expired`: what is shown stays behind the sign-in. */
  signIn: 'needed' | 'leaving' | 'done' | 'expired' | 'put-off';
  fault: SignInFault | undefined;
  access: AccessAnswer | undefined;
  /** The account of the token, for whoever takes part in nothing. */
  account: string | undefined;
  chosen: Chosen | undefined;
  /** What the address asks for, which may not be there yet. */
  choice: Choice;
  isChoosingDays: boolean;
  daysAreReversed: boolean;
  isBusy: boolean;
  /** What was loaded last; it stays until what is chosen now has come. */
  shown: { view: View<unknown>; context: ViewContext; data: unknown } | undefined;
  problem: ApiProblem | undefined;
}

/** Before anybody has signed in. */
export function beginning(choice: Choice): State {
  return {
    language: languageOf(choice),
    signIn: 'needed',
    fault: undefined,
    access: undefined,
    account: undefined,
    chosen: undefined,
    choice,
    isChoosingDays: false,
    daysAreReversed: false,
    isBusy: false,
    shown: undefined,
    problem: undefined,
  };
}

/** Whether somebody is in, also while their sign-in has ended and what they looked at stays. */
export const isInside = ({ signIn }: State) => signIn !== 'needed' && signIn !== 'leaving';

/** What people can do in the shell. */
export interface Actions {
  signInWith(pasted: string): void;
  signInWithProvider: (() => void) | undefined;
  putOff(): void;
  askAgain(): void;
  signOut(): void;
  tryAgain(): void;
  skipToContent(event: Event): void;
  chooseDays(): void;
  /** Days as "2026-03-02", the last one included; an empty one is open. */
  showDays(first: string, last: string): void;
}
