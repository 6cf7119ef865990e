import { html, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { type Formats, formatsFor } from './format.ts';
import { messagesIn } from './messages/index.ts';
import { viewMessages } from './messages/views.ts';
import type { ViewMessages } from './messages/views-en.ts';
import { organizationIn } from './selection.ts';
import type { Language, View, ViewContext } from './view.ts';
import { windowLabel } from './windows.ts';

/** What every view works with: its words, its numbers, and where its data come from. */
export interface ViewTools {
  context: ViewContext;
  messages: ViewMessages;
  formats: Formats;
  /** Organisation, cycle and window in one line, for what leaves the page. */
  source: string;
  /** The chosen cycle, organisation and window as parameters of a request. */
  chosen: {
    pilot_cycle_id: string;
    org_id: string | null;
    window_start: string | null;
    window_end: string | null;
  };
}

/** What of the choice a view is not about: it shows the same whatever is chosen there. */
type Ignored = readonly ('organization' | 'window')[];

/** Of whom and of when a view is, in one line. */
function subjectOf(
  { selection, access, timeZone }: ViewContext,
  language: Language,
  ignored: Ignored,
): string {
  const words = messagesIn(language);
  const orgId = ignored.includes('organization') ? null : selection.orgId;
  return [
    organizationIn(access, orgId)?.name ?? words.wholeCycle,
    selection.cycleId,
    ...(ignored.includes('window') ? [] : [windowLabel(selection, language, timeZone)]),
    words.timesIn(timeZone),
  ].join(' · ');
}

function toolsFor(context: ViewContext, ignored: Ignored): ViewTools {
  const { selection, timeZone } = context;
  const { language } = selection;
  return {
    context,
    messages: viewMessages(language),
    formats: formatsFor(language, timeZone),
    source: subjectOf(context, language, ignored),
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
  ignores?: Ignored;
  isOffered?(context: ViewContext): boolean;
  load(tools: ViewTools): Promise<Data>;
  render(data: Data, tools: ViewTools): TemplateResult;
}

/** A view that is drawn anew only when its data or its language are others: the shell draws at each change of its own, too. */
export function defineView<Data>({
  id,
  title,
  ignores = [],
  isOffered,
  load,
  render,
}: ViewDefinition<Data>): View<Data> {
  return {
    id,
    title: (language: Language) => viewMessages(language).titles[title],
    subject: (context, language) => subjectOf(context, language, ignores),
    isOffered: (context) => isOffered?.(context) ?? true,
    load: (context) => load(toolsFor(context, ignores)),
    render: (data, context) =>
      html`${guard([data, context.selection.language], () => render(data, toolsFor(context, ignores)))}`,
  };
}
