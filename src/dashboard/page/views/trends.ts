import { html, type TemplateResult } from 'lit-html';
import type { Metric, ScorecardAnswer } from '../../../capabilities/metrics/schema.ts';
import { type Line, lines } from '../charts/lines.ts';
import {
  better,
  type Family,
  families,
  fewest,
  figureIn,
  figuresOf,
  isDoubtful,
  percentileOf,
  unitOf,
} from '../metrics.ts';
import { picture } from '../picture.ts';
import { number, type Table, text } from '../table.ts';
import { defineView, type ViewTools } from '../tools.ts';
import { type Calculation, loadRecalculations, loadWeeks } from '../weeks.ts';
import { loadScorecard } from './figure.ts';
import { directionOf, emptyState, isLong, nameOfFigure, scaleOf } from './parts.ts';

interface TrendsData {
  weeks: Calculation[];
  recalculations: Calculation[];
  isAll: boolean;
  gate: ScorecardAnswer['gate_1'];
}

/** One point of all lines of a picture. */
interface Step {
  label: string;
  at: string;
  raw: string;
  calculation: Calculation;
}

/** How each metric went from week to week, and how the figures of one window changed as more was known. */
export const trends = defineView<TrendsData>({
  id: 'trends',
  title: 'trends',
  load: async (tools) => {
    const { context } = tools;
    const [weeks, { calculations, isAll }, scorecard] = await Promise.all([
      loadWeeks(context),
      loadRecalculations(context),
      loadScorecard(tools),
    ]);
    return { weeks, recalculations: calculations, isAll, gate: scorecard?.gate_1 ?? null };
  },
  render: ({ weeks, recalculations, isAll, gate }, tools) => {
    const { messages, formats } = tools;
    const words = messages.trends;
    const byWeek = weeks.map((calculation): Step => {
      const start = calculation.window.start ?? '';
      return { label: formats.shortDay(start), at: formats.day(start), raw: start, calculation };
    });
    const moments = recalculations.map(({ calculatedAt }) => calculatedAt);
    const say = isLong(moments) ? formats.moment : formats.shortMoment;
    const byRecalculation = recalculations.map((calculation, index): Step => {
      const { calculatedAt } = calculation;
      // Two calculations of one minute are told apart by their seconds.
      const beside = [moments[index - 1], moments[index + 1]].find(
        (other) => other !== undefined && formats.moment(other) === formats.moment(calculatedAt),
      );
      const at = beside ? formats.momentApartFrom(beside, calculatedAt) : formats.moment(calculatedAt);
      return { label: say(calculatedAt), at, raw: calculatedAt, calculation };
    });
    return html`
      ${
        byWeek.length === 0
          ? emptyState(words.empty, words.emptyHint)
          : section(words.weeks, words.weeksHint, byWeek, words.week, gate, tools)
      }
      ${
        byRecalculation.length === 0
          ? emptyState(words.emptyRecalculations, words.emptyHint)
          : section(
              words.recalculations,
              isAll
                ? words.recalculationsHint
                : `${words.recalculationsHint} ${words.more(formats.count(recalculations.length))}`,
              byRecalculation,
              words.calculated,
              null,
              tools,
            )
      }
    `;
  },
});

function section(
  title: string,
  hint: string,
  steps: readonly Step[],
  stepName: string,
  gate: ScorecardAnswer['gate_1'],
  tools: ViewTools,
): TemplateResult {
  return html`<section class="group">
    <header class="section-head"><h2>${title}</h2><p class="hint">${hint}</p></header>
    <div class="pictures">${families.map((family) => trend(family, title, steps, stepName, gate, tools))}</div>
  </section>`;
}

const shapes = ['circle', 'triangle', 'rect'] as const;
const colours = ['connected', 'p75', 'p90'] as const;

function trend(
  family: Family,
  group: string,
  steps: readonly Step[],
  stepName: string,
  gate: ScorecardAnswer['gate_1'],
  tools: ViewTools,
): TemplateResult {
  const { messages, formats } = tools;
  const ids = figuresOf[family];
  const unit = unitOf(family);
  const name = messages.metrics[family].name;
  const briefly = (id: Metric['metric_id']) => {
    const percentile = percentileOf(id);
    return percentile ? messages.time.marks[percentile] : name;
  };
  const figures = (id: Metric['metric_id']) => steps.map(({ calculation }) => calculation.figures.get(id));
  const check = figureIn(gate?.checks ?? [], ids[0]);
  const doubtful = (id: Metric['metric_id']) =>
    figures(id).map((figure) => figure !== undefined && isDoubtful(figure));
  const values = (id: Metric['metric_id']) => figures(id).map((figure) => figure?.value ?? null);
  return picture(
    {
      title: `${family} ${name}`,
      finding: finding(values(ids[0]), steps, unit, tools),
      notes: [
        directionOf(family, tools),
        family === 'M5' && stepName === messages.trends.week ? messages.overview.repeatsGrow : null,
        doubtful(ids[0]).includes(true) ? messages.doubtful.point(formats.count(fewest)) : null,
      ],
      size: 'small',
      level: 3,
      fileName: `${family}-${group}`.toLowerCase().replaceAll(' ', '-'),
      table: trendTable(ids, steps, stepName, tools),
      draw: lines({
        categories: steps.map(({ label }) => label),
        lines: ids.map(
          (id, index): Line => ({
            label: briefly(id),
            colour: colours[index] ?? 'connected',
            shape: shapes[index] ?? 'circle',
            values: values(id),
            isDoubtful: doubtful(id),
          }),
        ),
        format: (value) => formats.value(value, unit),
        scale: scaleOf(unit, [check?.threshold ?? null, ...ids.flatMap(values)], tools),
        limit: check && {
          value: check.threshold,
          label: messages.overview.targetLine(formats.value(check.threshold, unit)),
          isLeast: better[family] === 'higher',
        },
      }),
    },
    tools,
  );
}

function finding(
  values: readonly (number | null)[],
  steps: readonly Step[],
  unit: Metric['unit'],
  { messages, formats }: ViewTools,
): string {
  const words = messages.trends;
  const known = values.flatMap((value, index) => {
    const step = steps[index];
    return value === null || !step ? [] : [{ said: formats.value(value, unit), at: step.at }];
  });
  const [first, last] = [known.at(0), known.at(-1)];
  if (!first || !last) return words.findingNone;
  return first === last
    ? words.findingOne(last.said, last.at)
    : words.finding(first.said, first.at, last.said, last.at);
}

function trendTable(
  ids: readonly Metric['metric_id'][],
  steps: readonly Step[],
  stepName: string,
  tools: ViewTools,
): Table {
  const { messages, formats } = tools;
  const words = messages.trends;
  const hasNumerator = ids.length === 1;
  return {
    columns: [
      { label: stepName },
      ...ids.map((id) => ({ label: nameOfFigure(id, tools), isNumber: true })),
      ...(hasNumerator ? [{ label: words.numerator, isNumber: true }] : []),
      { label: words.denominator, isNumber: true },
      { label: words.quality },
    ],
    rows: steps.map(({ at, raw, calculation }) => {
      const figures = ids.map((id) => calculation.figures.get(id));
      const [first] = figures;
      return [
        { text: at, raw },
        ...figures.map((figure) =>
          number(figure?.value ?? null, (value) => formats.value(value, figure?.unit ?? 'ratio')),
        ),
        ...(hasNumerator ? [number(first?.numerator ?? null, formats.count)] : []),
        number(first?.denominator ?? null, formats.count),
        text(first ? messages.quality[first.quality] : '–'),
      ];
    }),
  };
}
