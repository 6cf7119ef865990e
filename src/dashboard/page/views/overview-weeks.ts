import { html, type TemplateResult } from 'lit-html';
import type { Metric } from '../../../capabilities/metrics/schema.ts';
import { bars } from '../charts/bars.ts';
import type { ColourName } from '../charts/theme.ts';
import { fewest, figureIn, isDoubtful } from '../metrics.ts';
import { picture } from '../picture.ts';
import { type Cell, number, text } from '../table.ts';
import type { ViewTools } from '../tools.ts';
import type { Calculation } from '../weeks.ts';
import type { Rate } from './compare.ts';
import type { Computed } from './overview-data.ts';

type Figure = Pick<Metric, 'metric_id' | 'value' | 'numerator' | 'denominator' | 'quality'>;

/** The rate of one week. */
interface WeeklyRate {
  start: string;
  day: string;
  metric: Figure;
}

export function ratesOf(weeks: readonly Calculation[], { formats }: ViewTools): WeeklyRate[] {
  return weeks.flatMap(({ window: { start }, figures }) => {
    const metric = figures.get('M1');
    return metric && start !== null ? [{ start, day: formats.shortDay(start), metric }] : [];
  });
}

/** The weeks in which there was something to measure, with their values. */
export function measuredIn(rates: readonly WeeklyRate[]): (WeeklyRate & { rate: Rate })[] {
  return rates.flatMap((week) => {
    const { value, numerator, denominator } = week.metric;
    return value === null ? [] : [{ ...week, rate: { value, numerator, denominator } }];
  });
}

/** One bar, and one row of the table. */
interface Column {
  label: string;
  name: Cell;
  value: number | null;
  /** Undefined where only the value is known. */
  metric: Figure | undefined;
  colour: ColourName;
}

/** The rate week by week, beside what it was before the pilot. */
export function weeksPicture(computed: Computed, tools: ViewTools): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.overview;
  const rates = ratesOf(computed.weeks, tools);
  const measured = measuredIn(rates);
  const [first, last] = [measured.at(0), measured.at(-1)];
  if (!first || !last) {
    return html`<section class="card picture"><h2>${words.weeksTitle}</h2><p class="hint">${words.noWeeks}</p></section>`;
  }
  const check = figureIn(computed.scorecard.gate_1?.checks ?? [], 'M1');
  const before = beforeColumn(computed, tools);
  const columns: Column[] = [
    ...(before ? [before] : []),
    ...rates.map(({ day, start, metric }) => ({
      label: day,
      name: { text: formats.day(start), raw: start },
      value: metric.value,
      metric,
      colour: 'connected' as const,
    })),
  ];
  const doubtful = columns.map(({ metric }) => metric !== undefined && isDoubtful(metric));
  const said = words.weeksFinding(
    { day: first.day, value: formats.ratio(first.rate.value) },
    { day: last.day, value: formats.ratio(last.rate.value) },
  );
  return picture(
    {
      title: words.weeksTitle,
      finding: before ? `${words.weeksBaseline(formats.value(before.value, 'ratio'))} ${said}` : said,
      notes: [doubtful.includes(true) ? messages.doubtful.bar(formats.count(fewest)) : null],
      size: 'small',
      fileName: 'failed-contact-rate-by-week',
      table: {
        columns: [
          { label: messages.trends.week },
          { label: messages.metrics.M1.name, isNumber: true },
          { label: messages.calls.failed, isNumber: true },
          { label: messages.calls.attempts, isNumber: true },
          { label: messages.trends.quality },
        ],
        rows: columns.map(({ name, value, metric }) => [
          name,
          number(value, formats.ratio),
          number(metric?.numerator ?? null, formats.count),
          number(metric?.denominator ?? null, formats.count),
          text(metric ? messages.quality[metric.quality] : '–'),
        ]),
      },
      draw: bars({
        categories: columns.map(({ label }) => label),
        series: [
          {
            label: messages.metrics.M1.name,
            colour: 'connected',
            values: columns.map(({ value }) => value),
            isDoubtful: doubtful,
          },
        ],
        categoryColours: columns.map(({ colour }) => colour),
        format: formats.ratio,
        scale: { kind: 'ratio', format: formats.ratioStep },
        limit: check && { value: check.threshold, label: words.targetLine(formats.ratio(check.threshold)) },
      }),
    },
    tools,
  );
}

function beforeColumn({ scorecard, baseline }: Computed, { messages }: ViewTools): Column | undefined {
  const metric = figureIn(baseline?.metrics ?? [], 'M1');
  const value = metric?.value ?? figureIn(scorecard.gate_1?.checks ?? [], 'M1')?.baseline ?? null;
  const label = messages.overview.before;
  return value === null ? undefined : { label, name: text(label), value, metric, colour: 'before' };
}
