import { html, nothing, type TemplateResult } from 'lit-html';
import { choices } from './choices.ts';
import { sentenceFor } from './failures.ts';
import { messagesIn } from './messages/index.ts';
import { changeFragment, isMissing } from './selection.ts';
import { signInDialog, signInPage } from './sign-in.ts';
import { type Actions, type Chosen, isInside, type State } from './state.ts';
import type { AccessAnswer, Language } from './view.ts';

/** The whole page, as it follows from the state. */
export function pageTemplate(state: State, actions: Actions): TemplateResult {
  const words = messagesIn(state.language);
  const inside = isInside(state);
  return html`
    <a class="skip" href="#main" @click=${actions.skipToContent}>${words.skip}</a>
    <header class="top">
      <p class="brand">${words.name}</p>
      ${inside && state.chosen ? choices(state, state.chosen, actions) : nothing}
      <div class="account">
        ${languageLink(state.language)}
        ${
          inside
            ? html`<button type="button" class="quiet" @click=${actions.signOut}>${words.signOut}</button>`
            : nothing
        }
      </div>
      ${inside && state.chosen ? navigation(state, state.chosen) : nothing}
    </header>
    ${inside ? content(state, actions) : signInPage(state, actions)}
    ${signInDialog(state, actions)}
  `;
}

function languageLink(language: Language): TemplateResult {
  const other = language === 'en' ? 'fr' : 'en';
  const name = { en: 'English', fr: 'Français' }[other];
  return html`<a class="language" href=${changeFragment(location.hash, { language: other })} lang=${other} hreflang=${other}
    >${name}</a
  >`;
}

function navigation(state: State, { view: current, offered }: Chosen): TemplateResult {
  return html`<nav aria-label=${messagesIn(state.language).navigation}>
    <ul>
      ${offered.map(
        (view) =>
          html`<li>
            <a
              href=${changeFragment(location.hash, { view: view.id })}
              aria-current=${view === current ? 'page' : nothing}
              >${view.title(state.language)}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`;
}

function content(state: State, actions: Actions): TemplateResult {
  const words = messagesIn(state.language);
  const { access, choice, isBusy } = state;
  const about = subjectOf(state);
  return html`<main id="main" tabindex="-1" aria-busy=${isBusy ? 'true' : 'false'}>
    ${
      state.signIn === 'put-off'
        ? html`<p class="banner">
            ${words.signIn.expired}
            <button type="button" @click=${actions.askAgain}>${words.signIn.expiredTitle}</button>
          </p>`
        : nothing
    }
    <div class="heading">
      <h1 tabindex="-1">${headingOf(state)}</h1>
      ${about ? html`<p class="subject">${about}</p>` : nothing}
    </div>
    ${!isBusy && access && isMissing(choice, access) ? html`<p class="banner">${words.missing}</p>` : nothing}
    ${body(state, actions)}
  </main>`;
}

function headingOf(state: State): string {
  const words = messagesIn(state.language);
  if (state.chosen) return state.chosen.view.title(state.language);
  if (state.problem) return words.failed.title;
  if (!state.access) return words.loading;
  return (isStranger(state.access) ? words.stranger : words.noCycle).title;
}

/** Whether somebody takes part in nothing. */
const isStranger = ({ organizations, is_app_admin: isAdmin }: AccessAnswer) =>
  organizations.length === 0 && !isAdmin;

/** Of whom and of when the view is, which paper has to say, too: of what is to be seen, also while something else is loading. */
function subjectOf({ language, chosen, shown, problem }: State): string | undefined {
  if (!chosen) return undefined;
  const isSeen = shown?.view === chosen.view;
  if (problem && !isSeen) return undefined;
  return chosen.view.subject(isSeen ? shown.context : chosen.context, language);
}

function body(state: State, actions: Actions): TemplateResult {
  const words = messagesIn(state.language);
  const { access, chosen, shown, problem } = state;
  if (problem) {
    return html`<div class="failure" role="alert">
      ${chosen ? html`<h2>${words.failed.title}</h2>` : nothing}
      <p>${sentenceFor(problem, state.language)}</p>
      <button type="button" class="primary" @click=${actions.tryAgain}>${words.tryAgain}</button>
    </div>`;
  }
  if (access && !chosen && !state.isBusy) {
    const isOutside = isStranger(access);
    return html`<p>${(isOutside ? words.stranger : words.noCycle).text}</p>
      ${isOutside && state.account ? html`<p>${words.stranger.account} <code>${state.account}</code></p>` : nothing}`;
  }
  if (!chosen || shown?.view !== chosen.view) return html`<p class="loading">${words.loading}</p>`;
  const { selection } = shown.context;
  const context = { ...shown.context, selection: { ...selection, language: state.language } };
  return html`<div class="view view-${chosen.view.id} ${state.isBusy ? 'busy' : ''}">
    ${shown.view.render(shown.data, context)}
  </div>`;
}
