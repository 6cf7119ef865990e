import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { messagesIn } from './messages/index.ts';
import { placeOf, type Window, wholeCycle } from './selection.ts';
import type { Actions, Chosen, State } from './state.ts';
import { dayOf, isSameWindow, isShort, windowLabel } from './windows.ts';

const everything: Window = { start: null, end: null };
const otherDays = 'other';

/** What is shown: the cycle, the organisation and the window. */
export function choices(state: State, chosen: Chosen, actions: Actions): TemplateResult {
  const words = messagesIn(state.language);
  const { select, access } = chosen.context;
  const { cycles, organizations, is_app_admin: isAdmin } = access;
  const { cycleId, orgId } = placeOf(state.choice, access) ?? chosen.context.selection;
  const organizationOptions: Option[] = [
    ...(isAdmin ? [{ value: wholeCycle, label: words.wholeCycle }] : []),
    ...organizations.map(({ org_id, name }) => ({ value: org_id, label: name })),
  ];
  return html`<div class="choices" role="group" aria-label=${words.choices}>
    ${choice(
      'cycle',
      words.cycle,
      cycles.map(({ pilot_cycle_id: id }) => ({ value: id, label: id })),
      cycleId,
      (value) => select({ cycleId: value }),
    )}
    ${choice('organization', words.organization, organizationOptions, orgId ?? wholeCycle, (value) =>
      select({ orgId: value === wholeCycle ? null : value }),
    )}
    ${windowChoice(state, chosen, actions)} ${state.isChoosingDays ? daysForm(state, chosen, actions) : nothing}
  </div>`;
}

interface Option {
  value: string;
  label: string;
}

const optionIn = (selected: string) => (option: Option) =>
  // What people have changed in a list is not known to the template, so it is compared with what is there.
  html`<option value=${option.value} .selected=${live(option.value === selected)}>${option.label}</option>`;

const chosenIn = ({ target }: Event) => (target instanceof HTMLSelectElement ? target.value : '');

function choice(
  id: string,
  label: string,
  options: Option[],
  selected: string,
  choose: (value: string) => void,
): TemplateResult {
  return html`<div class="choice">
    <label for=${id}>${label}</label>
    <select id=${id} @change=${(event: Event) => choose(chosenIn(event))}>
      ${options.map(optionIn(selected))}
    </select>
  </div>`;
}

function windowChoice(state: State, { context, windows }: Chosen, actions: Actions): TemplateResult {
  const words = messagesIn(state.language);
  const { timeZone } = context;
  const selection = state.choice.window ?? context.selection;
  const isKnown = (window: Window) => [everything, ...windows].some((known) => isSameWindow(known, window));
  const label = (window: Window) => windowLabel(window, state.language, timeZone);
  const valueIn = ({ start, end }: Window) => JSON.stringify([start, end]);
  const option = (window: Window): Option => ({ value: valueIn(window), label: label(window) });
  const same = [everything, ...windows].find((window) => isSameWindow(window, selection)) ?? selection;
  const render = optionIn(state.isChoosingDays ? otherDays : valueIn(same));
  const bounded = windows.filter((window) => !isSameWindow(window, everything));
  const group = (name: string, members: Window[]) =>
    members.length === 0
      ? nothing
      : html`<optgroup label=${name}>${members.map(option).map(render)}</optgroup>`;
  const choose = (event: Event) => {
    const value = chosenIn(event);
    if (value === otherDays) return actions.chooseDays();
    const [start, end]: [string | null, string | null] = JSON.parse(value);
    context.select({ start, end });
  };
  return html`<div class="choice">
    <label for="window">${words.windowLabel}</label>
    <select id="window" @change=${choose}>
      ${isKnown(selection) ? nothing : render({ value: valueIn(selection), label: words.window.notComputed(label(selection)) })}
      ${render(option(everything))}
      ${group(
        words.window.periods,
        bounded.filter((window) => !isShort(window)),
      )}
      ${group(words.window.weeks, bounded.filter(isShort))}
      ${render({ value: otherDays, label: words.window.other })}
    </select>
  </div>`;
}

function daysForm(state: State, { context }: Chosen, actions: Actions): TemplateResult {
  const words = messagesIn(state.language).window;
  const { selection, timeZone } = context;
  const first = selection.start === null ? '' : dayOf(Date.parse(selection.start), timeZone);
  const last = selection.end === null ? '' : dayOf(Date.parse(selection.end) - 1, timeZone);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const days = new FormData(event.currentTarget);
    actions.showDays(String(days.get('first')), String(days.get('last')));
  };
  return html`<form class="days" @submit=${submit}>
    <div class="choice">
      <label for="first-day">${words.from}</label>
      <input id="first-day" name="first" type="date" value=${first} aria-describedby="days-hint" />
    </div>
    <div class="choice">
      <label for="last-day">${words.to}</label>
      <input
        id="last-day"
        name="last"
        type="date"
        value=${last}
        aria-describedby="days-hint${state.daysAreReversed ? ' days-fault' : ''}"
        aria-invalid=${state.daysAreReversed ? 'true' : 'false'}
      />
    </div>
    <button class="primary">${words.apply}</button>
    <p class="hint" id="days-hint">${words.openHint}</p>
    ${state.daysAreReversed ? html`<p class="fault" id="days-fault" role="alert">${words.reversed}</p>` : nothing}
  </form>`;
}
