import { html, nothing, type TemplateResult } from 'lit-html';
import { messagesIn } from './messages/index.ts';
import type { Actions, State } from './state.ts';

/** What people sign in with: a button that leads to the provider, or a field for a token. */
function signInForm(state: State, actions: Actions): TemplateResult {
  const words = messagesIn(state.language).signIn;
  const fault = state.fault
    ? html`<p class="fault" id="sign-in-fault" role="alert">${words[state.fault]}</p>`
    : nothing;
  if (actions.signInWithProvider) {
    return html`${fault}
      <p>
        <button type="button" class="primary" @click=${actions.signInWithProvider}>
          ${words.withProvider}
        </button>
      </p>`;
  }
  const submit = (event: Event) => {
    event.preventDefault();
    const { currentTarget: form } = event;
    if (!(form instanceof HTMLFormElement)) return;
    actions.signInWith(String(new FormData(form).get('token') ?? ''));
    form.reset();
  };
  // Not a password field, so that no password manager offers to keep it.
  return html`<form @submit=${submit}>
    <label for="token">${words.token}</label>
    <input
      id="token"
      name="token"
      class="secret"
      type="text"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      aria-describedby="token-hint${state.fault ? ' sign-in-fault' : ''}"
      aria-invalid=${state.fault ? 'true' : 'false'}
    />
    <p class="hint" id="token-hint">${words.tokenHint}</p>
    ${fault}
    <button class="primary">${words.submit}</button>
  </form>`;
}

/** The whole page of somebody who is not signed in. */
export function signInPage(state: State, actions: Actions): TemplateResult {
  const words = messagesIn(state.language);
  return html`<main id="main" class="sign-in" tabindex="-1">
    <h1 tabindex="-1">${words.signIn.title}</h1>
    ${
      state.signIn === 'leaving'
        ? html`<p>${words.signIn.leaving}</p>`
        : html`<p>${words.signIn.intro}</p>
            ${signInForm(state, actions)}`
    }
  </main>`;
}

/** The same over the view that somebody was looking at when the token expired. */
export function signInDialog(state: State, actions: Actions): TemplateResult {
  const words = messagesIn(state.language).signIn;
  return html`<dialog class="sign-in-over" aria-labelledby="sign-in-title" @close=${actions.putOff}>
    ${
      state.signIn === 'expired'
        ? html`<h2 id="sign-in-title">${words.expiredTitle}</h2>
            <p>${words.expired}</p>
            ${signInForm(state, actions)}
            <form method="dialog"><button>${words.notNow}</button></form>`
        : nothing
    }
  </dialog>`;
}
