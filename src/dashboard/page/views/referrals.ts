import { html, type TemplateResult } from 'lit-html';
import type { Breakdown } from '../../../capabilities/breakdown/schema.ts';
import { type FlowNode, flow } from '../charts/flow.ts';
import type { ColourName } from '../charts/theme.ts';
import { picture } from '../picture.ts';
import { number, text } from '../table.ts';
import { defineView, type ViewTools } from '../tools.ts';
import { type BreakdownData, byPeriod, loadBreakdownWithScorecard } from './by-period.ts';
import { sumOf, sumOfCounts, valuesOf } from './counts.ts';
import { figure } from './figure.ts';
import { countedAt, emptyState } from './parts.ts';

type Referrals = Breakdown['referrals'][number];
type State = Referrals['referral_state'];
type Reason = NonNullable<Referrals['failure_reason_code']>;

const stateColours: Readonly<Record<State, ColourName>> = {
  initiated: 'open',
  connected: 'connected',
  failed: 'failed',
  client_withdrew: 'withdrew',
  no_response_timeout: 'no-response',
};

const reasonColours: Readonly<Record<Reason, ColourName>> = {
  disconnected_number: 'disconnected-number',
  no_response: 'no-response',
  intake_closed: 'intake',
  ineligible: 'routing',
  capacity_full: 'capacity',
  unknown_failure: 'other',
};

/** What became of referrals, and why some of them failed. */
export const referrals = defineView<BreakdownData>({
  id: 'referrals',
  title: 'referrals',
  load: loadBreakdownWithScorecard,
  render: ({ breakdown, scorecard }, tools) => {
    const { messages } = tools;
    const words = messages.referrals;
    const groups = breakdown.referrals;
    if (sumOf(groups) === 0) return emptyState(words.none, words.noneHint);
    const states = statesOf(groups);
    const series = states.map((state) => ({
      label: messages.states[state],
      colour: stateColours[state],
      counts: sumOfCounts(groups.filter(({ referral_state }) => referral_state === state)),
    }));
    const finding = findingOf(groups, tools);
    const title = words.byPeriod[breakdown.per];
    return html`${figure('M3', scorecard, tools)} ${flowPicture(breakdown, finding, tools)}
      ${byPeriod({ title, finding, series, breakdown, fileName: `referrals-by-${breakdown.per}` }, tools)}`;
  },
});

const mayHaveReason = (state: State) => state === 'failed' || state === 'no_response_timeout';

/** What is good first, what is not known yet last. */
const order: readonly State[] = [
  'connected',
  'failed',
  'no_response_timeout',
  'client_withdrew',
  'initiated',
];

function statesOf(groups: readonly Referrals[]): State[] {
  const there = valuesOf(groups, ({ referral_state }) => referral_state);
  return there.toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
}

function flowPicture(breakdown: Breakdown, finding: string, tools: ViewTools): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.referrals;
  const groups = breakdown.referrals.toSorted(
    (a, b) => order.indexOf(a.referral_state) - order.indexOf(b.referral_state),
  );
  const total = sumOf(groups);
  return picture(
    {
      title: words.flow,
      finding,
      notes: [countedAt(breakdown, tools)],
      size: 'large',
      fileName: 'referrals-flow',
      table: {
        columns: [
          { label: words.state },
          { label: words.reason },
          { label: words.count, isNumber: true },
          { label: words.share, isNumber: true },
        ],
        rows: groups.map(({ referral_state, failure_reason_code, total: count }) => [
          text(messages.states[referral_state]),
          text(mayHaveReason(referral_state) ? nameOf(failure_reason_code, tools) : '–'),
          number(count, formats.count),
          number(count / total, formats.ratio),
        ]),
      },
      draw: flow(nodesAndFlows(groups, tools)),
    },
    tools,
  );
}

/** All referrals lead to states, and the two kinds of failure on to their reasons; what did not happen is left out. */
function nodesAndFlows(groups: readonly Referrals[], tools: ViewTools) {
  const { messages, formats } = tools;
  const words = messages.referrals;
  const label = (name: string, count: number) => words.labelled(name, formats.count(count));
  // What goes on to reasons stands above, so that nothing crosses.
  const inColumn = statesOf(groups).toSorted((a, b) => Number(mayHaveReason(b)) - Number(mayHaveReason(a)));
  const made: FlowNode = { id: 'made', label: label(words.made, sumOf(groups)), colour: 'other', column: 0 };
  const states = inColumn.flatMap((state) => {
    const count = sumOf(groups.filter(({ referral_state }) => referral_state === state));
    if (count === 0) return [];
    const node: FlowNode = {
      id: state,
      label: label(messages.states[state], count),
      colour: stateColours[state],
      column: 1,
    };
    return [{ node, state, count }];
  });
  const failures = groups.filter(({ referral_state, total }) => mayHaveReason(referral_state) && total > 0);
  const reasons = valuesOf(failures, ({ failure_reason_code }) => failure_reason_code).map(
    (reason): FlowNode => {
      const count = sumOf(failures.filter(({ failure_reason_code }) => failure_reason_code === reason));
      return {
        id: `reason-${reason}`,
        label: label(nameOf(reason, tools), count),
        colour: reason === null ? 'other' : reasonColours[reason],
        column: 2,
      };
    },
  );
  const way = (from: string, to: string, count: number, names: readonly [string, string]) => ({
    from,
    to,
    count,
    label: label(names.join(' → '), count),
  });
  return {
    nodes: [made, ...states.map(({ node }) => node), ...reasons],
    flows: [
      ...states.map(({ node, state, count }) =>
        way(made.id, node.id, count, [words.made, messages.states[state]]),
      ),
      ...failures.map(({ referral_state, failure_reason_code, total }) =>
        way(referral_state, `reason-${failure_reason_code}`, total, [
          messages.states[referral_state],
          nameOf(failure_reason_code, tools),
        ]),
      ),
    ],
  };
}

function nameOf(reason: Reason | null, { messages }: ViewTools): string {
  return reason === null ? messages.referrals.noReason : messages.reasons[reason];
}

function findingOf(groups: readonly Referrals[], { messages, formats }: ViewTools): string {
  const words = messages.referrals;
  const countOf = (state: State) => sumOf(groups.filter(({ referral_state }) => referral_state === state));
  const [connected, open, total] = [countOf('connected'), countOf('initiated'), sumOf(groups)];
  const sentence = words.finding(
    connected,
    formats.count(connected),
    formats.count(total),
    formats.ratio(connected / total),
  );
  return open === 0 ? sentence : `${sentence} ${words.open(open, formats.count(open))}`;
}
