import type { ChartConfiguration, Scale } from 'chart.js';
import {
  categoryAxis,
  isNarrow,
  legend,
  legendGap,
  legendOfFills,
  plainPadding,
  tooltip,
  type ValueScale,
  valueAxis,
} from './axes.ts';
import type { DrawChart } from './chart.ts';
import {
  type Limit,
  leastParts,
  limitLine,
  limitTitle,
  type Mark,
  markHeight,
  markLines,
  valueLabels,
} from './labels.ts';
import { doubtfulFillOf, fillOf } from './patterns.ts';
import type { ColourName, Theme } from './theme.ts';
import { inLines } from './words.ts';

export interface Series {
  label: string;
  colour: ColourName;
  /** A null is not a zero: a dash stands in its place. */
  values: readonly (number | null)[];
  /** Bars that rest on few or incomplete data, by category: they are drawn as a hatched outline. */
  isDoubtful?: readonly boolean[];
}

export interface Bars {
  categories: readonly string[];
  /** Stacked on each other, the first one innermost. */
  series: readonly Series[];
  /** Says the values. */
  format(value: number): string;
  scale: ValueScale;
  /** On their side, one row for each category: always, or where columns would have no room for their names. */
  areRows?: boolean | 'where narrow';
  /** A colour for each category instead of one for the series. */
  categoryColours?: readonly ColourName[];
  /** A dashed line across, with what it means. */
  limit?: Limit | undefined;
  /** Where something lies along the categories, which then are the steps of one axis: the bars touch, as in a histogram. */
  marks?: readonly Mark[];
  /** Whether each bar says its value; what does not fit into a part of a stack is left to the tooltip and the table. */
  valuesShown?: boolean;
}

/** Bars, stacked where there are several series. */
export function bars(what: Bars): DrawChart {
  const { categories, format, scale, categoryColours, limit, marks, valuesShown = true } = what;
  // What never happened is said by the table; here it would only be one more colour to tell apart.
  const there = what.series.filter(({ values }) => values.some((value) => value !== null && value > 0));
  const series = there.length > 0 ? there : what.series;
  const isStacked = what.series.length > 1;
  const sums = categories.map((_, index) =>
    series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  );
  const highest = Math.max(limit?.value ?? 0, ...sums);
  const colourAt = (index: number, position: number): ColourName =>
    categoryColours?.[position] ?? series[index]?.colour ?? 'other';

  return (theme, width) => {
    const narrow = isNarrow(width, theme);
    const areRows = what.areRows === true || (what.areRows === 'where narrow' && narrow);
    const names = areRows ? namesOfRows(categories, narrow) : undefined;
    const axis = { ...categoryAxis(theme), ticks: { ...categoryAxis(theme).ticks, ...ticks(theme, names) } };
    // Room for the value beyond the end of the longest bar.
    const value = valueAxis(theme, scale, highest, valuesShown && !areRows ? 0.15 : 0);
    const chart: ChartConfiguration<'bar', (number | null)[], string> = {
      type: 'bar',
      data: {
        labels: [...categories],
        datasets: series.map(({ label, values, isDoubtful }, index) => ({
          label,
          data: [...values],
          backgroundColor: categories.map((_, position) =>
            (isDoubtful?.[position] ? doubtfulFillOf : fillOf)(colourAt(index, position), theme),
          ),
          borderColor: categories.map((_, position) =>
            isDoubtful?.[position] ? theme[colourAt(index, position)] : theme.surface,
          ),
          borderWidth: ({ dataIndex }) =>
            isDoubtful?.[dataIndex] ? 1.5 : index > 0 ? { [areRows ? 'left' : 'bottom']: 1 } : 0,
          borderRadius: isStacked ? 1 : 3,
          borderSkipped: false,
          ...thickness(theme, {
            areRows,
            isHistogram: marks !== undefined,
            isCrowded: categories.length > 20,
          }),
        })),
      },
      options: {
        indexAxis: areRows ? 'y' : 'x',
        layout: { padding: padding(theme, areRows) },
        interaction: { mode: 'index', axis: areRows ? 'y' : 'x', intersect: false },
        scales: areRows ? { x: value, y: axis } : { x: axis, y: value },
        plugins: {
          legend: isStacked ? legendOfFills(theme, series) : legend(theme, false),
          subtitle: limitTitle(theme, limit),
          tooltip: tooltip<'bar'>(theme, ({ dataset, raw }) => {
            const said = typeof raw === 'number' ? format(raw) : '–';
            return dataset.label ? `${dataset.label}: ${said}` : said;
          }),
        },
      },
      plugins: [
        ...(isStacked ? [legendGap(theme), leastParts(areRows)] : []),
        ...(limit ? [limitLine<'bar'>(theme, limit, 'afterDatasetsDraw')] : []),
        ...(marks ? [markLines(theme, marks, areRows)] : []),
        ...(valuesShown ? [valueLabels(theme, { format, areRows, isStacked, colourAt })] : []),
      ],
    };
    return names ? { chart, plotHeight: names.length * rowHeight(theme, names) } : { chart };
  };

  /** Around the bars, for what is written beyond them. Letters are about half as wide as the font is high. */
  function padding(theme: Theme, areRows: boolean) {
    const lengthOf = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length));
    const roomFor = (letters: number) => Math.max(plainPadding.right, letters * 0.5 * theme.em + 8);
    if (!areRows)
      return { ...plainPadding, top: plainPadding.top + (marks?.length ?? 0) * markHeight(theme) };
    const besides = marks?.map(({ brief }) => brief) ?? [];
    const values = valuesShown ? sums.map((sum) => (sum > highest * 0.75 ? format(sum) : '')) : [];
    return { ...plainPadding, right: roomFor(lengthOf([...besides, ...values])) };
  }
}

/** The names of many rows have one line each, so that a page holds them. */
function namesOfRows(categories: readonly string[], narrow: boolean): string[][] {
  return categories.map((name) => inLines(name, narrow ? 16 : 26, categories.length > 24 ? 1 : 2));
}

function rowHeight({ em }: Theme, names: readonly string[][]): number {
  const lines = Math.max(1, ...names.map(({ length }) => length));
  if (lines > 1) return em * 2.6;
  return em * (names.length > 24 ? 1.4 : 2.1);
}

/** The names of the categories in lines, which for columns follow from the width that the chart has at the moment. */
function ticks({ em }: Theme, names: readonly string[][] | undefined) {
  if (names) {
    return { autoSkipPadding: 0, callback: (value: string | number) => names[Number(value)] ?? '' };
  }
  return {
    callback(this: Scale, value: string | number): string[] {
      const longest = (2.2 * this.chart.width) / em / Math.max(1, this.getLabels().length);
      return inLines(this.getLabelForValue(Number(value)), Math.max(6, longest));
    },
  };
}

interface Kind {
  areRows: boolean;
  isHistogram: boolean;
  isCrowded: boolean;
}

function thickness({ em }: Theme, { areRows, isHistogram, isCrowded }: Kind) {
  if (isHistogram) return { categoryPercentage: 1, barPercentage: 0.96 };
  // Between thin bars the gaps have to be wider, in proportion, to be seen.
  const parts = isCrowded
    ? { categoryPercentage: 0.75, barPercentage: 0.9 }
    : { categoryPercentage: 0.86, barPercentage: 0.9 };
  return { maxBarThickness: em * (areRows ? 2.2 : 4), ...parts };
}
