import { html, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { type Formats, formatsFor } from './format.ts';
import { viewMessages } from './messages/views.ts';
import type { ViewMessages } from './messages/views-en.ts';
import { organizationIn } from './selection.ts';
import type { Language, View, ViewContext } from './view.ts';

/** What every view works with: its words, its numbers, and where its data come from. */
export interface ViewTools {
  context: ViewContext;
  messages: ViewMessages;
  formats: Formats;
  /** Cycle, organisation and window in one line, for what leaves the page. */
  source: string;
  /** The chosen cycle, organisation and window as parameters of a request. */
  chosen: {
    pilot_cycle_id: string;
    org_id: string | null;
    window_start: string | null;
    window_end: string | null;
  };
}

function toolsFor(context: ViewContext): ViewTools {
  const { selection, access, timeZone } = context;
  const messages = viewMessages(selection.language);
  const formats = formatsFor(selection.language, timeZone);
  const organization = organizationIn(access, selection.orgId);
  return {
    context,
    messages,
    formats,
    source: [selection.cycleId, organization?.name ?? messages.wholeCycle, formats.window(selection)].join(
      ' · ',
    ),
    chosen: {
      pilot_cycle_id: selection.cycleId,
      org_id: selection.orgId,
      window_start: selection.start,
      window_end: selection.end,
    },
  };
}

/** What a view has of its own; all else is the same for each. */
export interface ViewDefinition<Data> {
  id: string;
  title: keyof ViewMessages['titles'];
  isOffered?(context: ViewContext): boolean;
  load(tools: ViewTools): Promise<Data>;
  render(data: Data, tools: ViewTools): TemplateResult;
}

/** A view that is drawn anew only when its data or its language are others: the shell draws at each change of its own, too. */
export function defineView<Data>({ id, title, isOffered, load, render }: ViewDefinition<Data>): View<Data> {
  return {
    id,
    title: (language: Language) => viewMessages(language).titles[title],
    isOffered: (context) => isOffered?.(context) ?? true,
    load: (context) => load(toolsFor(context)),
    render: (data, context) =>
      html`${guard([data, context.selection.language], () => render(data, toolsFor(context)))}`,
  };
}
