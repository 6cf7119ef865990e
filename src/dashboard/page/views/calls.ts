import { html, type TemplateResult } from 'lit-html';
import type { Breakdown } from '../../../capabilities/breakdown/schema.ts';
import type { ColourName } from '../charts/theme.ts';
import { fewest } from '../metrics.ts';
import { picture } from '../picture.ts';
import { number, text } from '../table.ts';
import { defineView, type ViewTools } from '../tools.ts';
import { type BreakdownData, byPeriod, loadBreakdownWithScorecard } from './by-period.ts';
import { sumOf, sumOfCounts, valuesOf } from './counts.ts';
import { crossTable } from './cross-table.ts';
import { figure } from './figure.ts';
import { countedAt, emptyState } from './parts.ts';

type Attempts = Breakdown['attempts'][number];

const colours: Readonly<Record<Attempts['attempt_outcome'], ColourName>> = {
  connected: 'connected',
  disconnected_number: 'disconnected-number',
  no_response: 'no-response',
  intake_unavailable: 'intake',
  invalid_routing: 'routing',
  other_failure: 'other',
};

/** Where attempts to reach a service fail. */
export const calls = defineView<BreakdownData>({
  id: 'calls',
  title: 'calls',
  load: loadBreakdownWithScorecard,
  render: ({ breakdown, scorecard }, tools) => {
    const { messages } = tools;
    const words = messages.calls;
    const { attempts } = breakdown;
    if (sumOf(attempts) === 0) return emptyState(words.none, words.noneHint);
    const outcomes = valuesOf(attempts, ({ attempt_outcome }) => attempt_outcome);
    const series = outcomes.map((outcome) => ({
      label: messages.outcomes[outcome],
      colour: colours[outcome],
      counts: sumOfCounts(attempts.filter(({ attempt_outcome }) => attempt_outcome === outcome)),
    }));
    const title = words.byPeriod[breakdown.per];
    return html`${figure('M1', scorecard, tools)} ${byChannel(breakdown, outcomes, tools)}
      ${byPeriod({ title, finding: findingOf(attempts, tools), series, breakdown, fileName: `attempts-by-${breakdown.per}` }, tools)}`;
  },
});

function byChannel(
  breakdown: Breakdown,
  outcomes: readonly Attempts['attempt_outcome'][],
  tools: ViewTools,
): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.calls;
  const channels = valuesOf(breakdown.attempts, ({ attempt_channel }) => attempt_channel)
    .map((channel) => {
      const of = breakdown.attempts.filter(({ attempt_channel }) => attempt_channel === channel);
      return { name: messages.channels[channel], of, total: sumOf(of), failed: failuresIn(of) };
    })
    .sort((a, b) => b.total - a.total);
  const used = channels.filter(({ total }) => total > 0);
  const told = used.filter(({ total }) => total >= fewest);
  // Few attempts are chance; they are named only where there is nothing else.
  const worst = (told.length > 0 ? told : used)
    .toSorted((a, b) => b.failed / b.total - a.failed / a.total)
    .find(({ failed }) => failed > 0);
  return picture(
    {
      title: words.byChannel,
      finding: [
        findingOf(breakdown.attempts, tools),
        worst
          ? words.worst(
              worst.name,
              formats.ratio(worst.failed / worst.total),
              formats.count(worst.failed),
              formats.count(worst.total),
            )
          : '',
      ].join(' '),
      notes: [countedAt(breakdown, tools)],
      fileName: 'attempts-by-channel',
      ...crossTable(
        {
          of: words.channel,
          rows: channels.map(({ name }) => text(name)),
          series: outcomes.map((outcome) => ({
            label: messages.outcomes[outcome],
            colour: colours[outcome],
            counts: channels.map(({ of }) =>
              sumOf(of.filter(({ attempt_outcome }) => attempt_outcome === outcome)),
            ),
          })),
          besides: [
            { label: words.attempts, cells: channels.map(({ total }) => number(total, formats.count)) },
            { label: words.failed, cells: channels.map(({ failed }) => number(failed, formats.count)) },
            {
              label: words.failedShare,
              cells: channels.map(({ failed, total }) =>
                number(total === 0 ? null : failed / total, formats.ratio),
              ),
            },
          ],
          areRows: true,
        },
        tools,
      ),
    },
    tools,
  );
}

function failuresIn(attempts: readonly Attempts[]): number {
  return sumOf(attempts.filter(({ attempt_outcome }) => attempt_outcome !== 'connected'));
}

function findingOf(attempts: readonly Attempts[], { messages, formats }: ViewTools): string {
  const [failed, total] = [failuresIn(attempts), sumOf(attempts)];
  return messages.calls.finding(
    failed,
    formats.count(failed),
    formats.count(total),
    formats.ratio(failed / total),
  );
}
