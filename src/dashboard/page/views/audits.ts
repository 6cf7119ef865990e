import { html, type TemplateResult } from 'lit-html';
import type { Breakdown } from '../../../capabilities/breakdown/schema.ts';
import type { ColourName } from '../charts/theme.ts';
import { picture } from '../picture.ts';
import { text } from '../table.ts';
import { defineView, type ViewTools } from '../tools.ts';
import { type BreakdownData, byPeriod, loadBreakdownWithScorecard } from './by-period.ts';
import { sumOf, sumOfCounts, valuesOf } from './counts.ts';
import { crossTable, totals } from './cross-table.ts';
import { figure } from './figure.ts';
import { countedAt, emptyState } from './parts.ts';

type Audits = Breakdown['audits'][number];

const modeColours: Readonly<Record<Audits['verification_mode'], ColourName>> = {
  web_only: 'web-only',
  web_plus_call: 'web-plus-call',
  provider_confirmation: 'provider',
};

/** What audits of listings found, and how well they looked. */
export const audits = defineView<BreakdownData>({
  id: 'audits',
  title: 'audits',
  load: loadBreakdownWithScorecard,
  render: ({ breakdown, scorecard }, tools) => {
    const words = tools.messages.audits;
    const groups = breakdown.audits;
    if (sumOf(groups) === 0) return emptyState(words.none, words.noneHint);
    const [fatal, harmless] = [fatalOf(groups), groups.filter((group) => !isFatal(group))];
    const series = [
      { label: words.noneFatal, colour: 'within-limit' as const, counts: sumOfCounts(harmless) },
      { label: words.fatal, colour: 'failed' as const, counts: sumOfCounts(fatal) },
    ];
    const finding = findingOf(groups, tools);
    const title = words.byPeriod[breakdown.per];
    return html`${figure('M6', scorecard, tools)} ${byCategory(breakdown, finding, tools)}
      ${byPeriod({ title, finding, series, breakdown, fileName: `audits-by-${breakdown.per}` }, tools)}`;
  },
});

const isFatal = ({ fatal_error_category }: Audits) => fatal_error_category !== null;
const fatalOf = (groups: readonly Audits[]) => groups.filter(isFatal);

function byCategory(breakdown: Breakdown, finding: string, tools: ViewTools): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.audits;
  const groups = breakdown.audits;
  const modes = valuesOf(groups, ({ verification_mode }) => verification_mode);
  // What is fatal first, and the many that are not last.
  const categories = valuesOf(groups, ({ fatal_error_category }) => fatal_error_category)
    .toSorted((a, b) => Number(a === null) - Number(b === null))
    .map((category) => ({
      name: messages.categories[category ?? 'none'],
      of: groups.filter(({ fatal_error_category }) => fatal_error_category === category),
    }));
  const series = modes.map((mode) => ({
    label: messages.modes[mode],
    colour: modeColours[mode],
    counts: categories.map(({ of }) =>
      sumOf(of.filter(({ verification_mode }) => verification_mode === mode)),
    ),
  }));
  const webOnly = sumOf(groups.filter(({ verification_mode }) => verification_mode === 'web_only'));
  return picture(
    {
      title: words.byCategory,
      finding,
      notes: [
        webOnly > 0 ? words.webOnly(webOnly, formats.count(webOnly)) : null,
        countedAt(breakdown, tools),
      ],
      size: 'large',
      fileName: 'audits-by-category',
      ...crossTable(
        {
          of: words.category,
          rows: categories.map(({ name }) => text(name)),
          series,
          besides: [totals(words.total, series, tools)],
          areRows: true,
        },
        tools,
      ),
    },
    tools,
  );
}

function findingOf(groups: readonly Audits[], { messages, formats }: ViewTools): string {
  const [fatal, total] = [sumOf(fatalOf(groups)), sumOf(groups)];
  return messages.audits.finding(
    fatal,
    formats.count(fatal),
    formats.count(total),
    formats.ratio(fatal / total),
  );
}
