import { html, nothing, type TemplateResult } from 'lit-html';
import type { Freshness, FreshnessItem } from '../../../capabilities/freshness/schema.ts';
import type { ScorecardAnswer } from '../../../capabilities/metrics/schema.ts';
import type { ColourName } from '../charts/theme.ts';
import { listing, picture } from '../picture.ts';
import { organizationIn } from '../selection.ts';
import { type Cell, text } from '../table.ts';
import { defineView, type ViewTools } from '../tools.ts';
import { crossTable } from './cross-table.ts';
import { figure, loadScorecard } from './figure.ts';
import { badge, emptyState } from './parts.ts';

interface FreshnessData {
  freshness: Freshness;
  /** Whether it is the worklist of a past moment. */
  isOver: boolean;
  scorecard: ScorecardAnswer | null;
}

const kinds = { within_limit: 'good', overdue: 'bad', never_checked: 'bad' } as const;
const colours: Readonly<Record<FreshnessItem['state'], ColourName>> = {
  within_limit: 'within-limit',
  overdue: 'overdue',
  never_checked: 'never-checked',
};
const states = ['within_limit', 'overdue', 'never_checked'] as const;
const tiers = ['crisis', 'high_demand', 'standard'] as const;

/** Which services have to be checked next: a worklist first, and a picture of it second. */
export const freshness = defineView<FreshnessData>({
  id: 'freshness',
  title: 'freshness',
  load: async (tools) => {
    const { context, chosen } = tools;
    // As M4 is judged: at the end of the window, or now where it has none yet.
    const isOver = chosen.window_end !== null && Date.parse(chosen.window_end) <= Date.now();
    const [freshness, scorecard] = await Promise.all([
      context.api.get('/scope/freshness', {
        pilot_cycle_id: chosen.pilot_cycle_id,
        org_id: chosen.org_id,
        as_of: isOver ? chosen.window_end : null,
      }),
      loadScorecard(tools),
    ]);
    return { freshness, isOver, scorecard };
  },
  render: ({ freshness, isOver, scorecard }, tools) => {
    const words = tools.messages.freshness;
    if (freshness.items.length === 0) return emptyState(words.none, words.noneHint);
    return html`${isOver ? wayToNow(tools) : nothing} ${worklist(freshness, isOver, tools)}
      <div class="pictures">${figure('M4', scorecard, tools)} ${byTier(freshness, tools)}</div>`;
  },
});

/** The same without an end, so that the worklist is that of now. */
function wayToNow({ messages, context }: ViewTools): TemplateResult {
  const words = messages.freshness;
  return html`<p>
    ${words.isOver}
    <span class="actions"
      ><button type="button" class="link" @click=${() => context.select({ end: null })}>${words.showNow}</button></span
    >
  </p>`;
}

function worklist(
  { items, summary, as_of, org_id }: Freshness,
  isOver: boolean,
  tools: ViewTools,
): TemplateResult {
  const { messages, formats, context } = tools;
  const words = messages.freshness;
  const todo = summary.in_scope - summary.within_limit;
  const sayTodo = isOver ? words.todoThen : words.todo;
  const hint = [
    todo === 0 ? words.allDone : sayTodo(todo, formats.count(todo)),
    words.asOf(formats.moment(as_of)),
  ].join(' ');
  const nameOf = (id: string) => organizationIn(context.access, id)?.name ?? id;
  const isCycle = org_id === null;
  return listing(
    {
      title: isOver ? words.titleThen : words.title,
      hint,
      table: {
        columns: [
          { label: words.service },
          ...(isCycle ? [{ label: words.organization }] : []),
          { label: words.state },
          { label: words.due },
          { label: words.tier },
          { label: words.lastCheck },
          { label: words.status },
        ],
        rows: items.map((item) => [
          text(item.service_name ?? item.service_id),
          ...(isCycle ? [text(nameOf(item.org_id))] : []),
          stateCell(item, tools),
          isOver ? momentCell(item.due_at, words.dueAtOnce, tools) : dueCell(item, as_of, tools),
          text(messages.tiers[item.sla_tier]),
          momentCell(item.last_checked_at, words.never, tools),
          text(item.last_status_code === null ? '–' : messages.statusCodes[item.last_status_code]),
        ]),
      },
    },
    tools,
  );
}

function stateCell({ state }: FreshnessItem, { messages }: ViewTools): Cell {
  const said = messages.freshness.states[state];
  return { ...text(said), shown: badge(kinds[state], said) };
}

function dueCell(
  { due_at, overdue_seconds }: FreshnessItem,
  asOf: string,
  { messages, formats }: ViewTools,
): Cell {
  const words = messages.freshness;
  if (due_at === null) return { text: words.now, raw: null };
  const said =
    overdue_seconds === null
      ? words.dueIn(formats.duration((Date.parse(due_at) - Date.parse(asOf)) / 1000))
      : words.overdueBy(formats.duration(overdue_seconds));
  return { text: said, raw: due_at };
}

function momentCell(moment: string | null, whenNever: string, { formats }: ViewTools): Cell {
  return { text: moment === null ? whenNever : formats.moment(moment), raw: moment };
}

function byTier({ items, summary }: Freshness, tools: ViewTools): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.freshness;
  const used = tiers.filter((tier) => items.some(({ sla_tier }) => sla_tier === tier));
  const count = (tier: string, state: string) =>
    items.filter((item) => item.sla_tier === tier && item.state === state).length;
  const { within_limit, in_scope } = summary;
  return picture(
    {
      title: words.tiersTitle,
      finding: words.finding(
        within_limit,
        formats.count(within_limit),
        formats.count(in_scope),
        formats.ratio(within_limit / in_scope),
      ),
      size: 'small',
      fileName: 'freshness-by-tier',
      ...crossTable(
        {
          of: words.tier,
          rows: used.map((tier) => text(messages.tiers[tier])),
          series: states.map((state) => ({
            label: words.states[state],
            colour: colours[state],
            counts: used.map((tier) => count(tier, state)),
          })),
          areRows: true,
        },
        tools,
      ),
    },
    tools,
  );
}
