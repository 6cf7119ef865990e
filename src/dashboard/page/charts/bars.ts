import type { Chart, ChartConfiguration, Plugin } from 'chart.js';
import {
  categoryAxis,
  inLines,
  legend,
  legendGap,
  plainLayout,
  tooltip,
  type ValueScale,
  valueAxis,
} from './axes.ts';
import type { DrawChart } from './chart.ts';
import { type ColourName, readableOn, type Theme } from './theme.ts';

export interface Series {
  label: string;
  colour: ColourName;
  values: readonly (number | null)[];
  /** Values that may not be leaned on: their bars are outlined. */
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
  marks?: readonly Mark[];
  /** Whether each bar says its value; what does not fit into a part of a stack is left to the tooltip and the table. */
  valuesShown?: boolean;
}

/** A value that ought not to be exceeded, or to be reached; its label stands where the values should not be. */
export interface Limit {
  value: number;
  label: string;
  isLeast?: boolean;
}

/** A line between or within the bars, at a place that is counted in bars from the left edge of the first one. */
export interface Mark {
  at: number;
  label: string;
  /** For where there is little room. */
  brief: string;
}

/** Bars, stacked where there are several series. */
export function bars(what: Bars): DrawChart {
  const { categories, format, scale, categoryColours, limit, valuesShown = true } = what;
  // What never happened is said by the table; here it would only be one more colour to tell apart.
  const there = what.series.filter(({ values }) => values.some((value) => value !== null && value > 0));
  const series = there.length > 0 ? there : what.series;
  const isStacked = what.series.length > 1;
  const highest = Math.max(
    limit?.value ?? 0,
    ...categories.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)),
  );
  return (theme, width): ChartConfiguration<'bar', (number | null)[], string | string[]> => {
    const isNarrow = width < 32 * theme.em;
    const areRows = what.areRows === true || (what.areRows === 'where narrow' && isNarrow);
    // Letters are about half as wide as the font is high.
    const longest = areRows
      ? isNarrow
        ? 16
        : 26
      : Math.max(6, (2.2 * width) / theme.em / categories.length);
    const category = {
      ...categoryAxis(theme),
      ...(areRows && { ticks: { ...categoryAxis(theme).ticks, autoSkip: false } }),
    };
    // Room for the value beyond the end of the longest bar.
    const value = { ...valueAxis(theme, scale, highest), ...(!isStacked && !areRows && { grace: '8%' }) };
    return {
      type: 'bar',
      data: {
        labels: categories.map((name) => inLines(name, longest)),
        datasets: series.map(({ label, colour, values }) => ({
          label,
          data: [...values],
          backgroundColor: categoryColours?.map((name) => theme[name]) ?? theme[colour],
          borderColor: theme.surface,
          borderWidth: isStacked ? 1 : 0,
          borderRadius: 3,
          borderSkipped: false,
          maxBarThickness: theme.em * (areRows ? 2.2 : 4),
          categoryPercentage: 0.86,
          barPercentage: 0.9,
        })),
      },
      options: {
        indexAxis: areRows ? 'y' : 'x',
        layout: plainLayout,
        interaction: { mode: 'index', axis: areRows ? 'y' : 'x', intersect: false },
        scales: areRows ? { x: value, y: category } : { x: category, y: value },
        plugins: {
          legend: legend(theme, isStacked),
          tooltip: tooltip<'bar'>(theme, ({ dataset, raw }) => {
            const said = typeof raw === 'number' ? format(raw) : '–';
            return dataset.label ? `${dataset.label}: ${said}` : said;
          }),
        },
      },
      plugins: [
        ...(valuesShown ? [valueLabels(theme, format, areRows, isStacked)] : []),
        ...(isStacked ? [legendGap(theme)] : []),
        ...(limit ? [limitLine(theme, limit)] : []),
        ...(what.marks ? [markLines(theme, what.marks, areRows)] : []),
      ],
    };
  };
}

/** The values, inside of the parts of a stack, or at the end of a bar that stands alone. */
function valueLabels(
  theme: Theme,
  format: (value: number) => string,
  areRows: boolean,
  isStacked: boolean,
): Plugin<'bar'> {
  return {
    id: 'value-labels',
    afterDatasetsDraw: (chart) => {
      const { ctx } = chart;
      ctx.save();
      ctx.font = labelFont(theme);
      ctx.textBaseline = 'middle';
      ctx.textAlign = 'center';
      for (const [index, dataset] of chart.data.datasets.entries()) {
        for (const [position, element] of chart.getDatasetMeta(index).data.entries()) {
          const value = dataset.data[position];
          if (typeof value !== 'number' || (isStacked && value === 0)) continue;
          const { x, y, base, width } = element.getProps(['x', 'y', 'base', 'width'], true);
          const said = format(value);
          const needed = ctx.measureText(said).width + 6;
          if (isStacked) {
            const fits = areRows
              ? Math.abs(x - base) >= needed
              : Math.abs(y - base) >= theme.em && width >= needed;
            if (!fits) continue;
            ctx.fillStyle = readableOn(String(dataset.backgroundColor), theme);
            ctx.fillText(said, areRows ? (x + base) / 2 : x, areRows ? y : (y + base) / 2);
          } else {
            if (!areRows && width + 14 < needed) continue;
            ctx.fillStyle = theme.ink;
            const isInside = areRows && x + needed + 4 > chart.chartArea.right;
            if (isInside) ctx.fillStyle = readableOn(String(dataset.backgroundColor), theme);
            const beside = isInside ? x - needed / 2 - 2 : x + needed / 2 + 2;
            ctx.fillText(said, areRows ? beside : x, areRows ? y : y - theme.em * 0.6);
          }
        }
      }
      ctx.restore();
    },
  };
}

/** A dashed line across the chart at a value, with its label at the right end. */
export function limitLine<Type extends 'bar' | 'line'>(
  theme: Theme,
  { value, label, isLeast = false }: Limit,
): Plugin<Type> {
  return {
    id: `limit-${label}`,
    afterDatasetsDraw: (chart: Chart<Type>) => {
      const { ctx, chartArea, scales } = chart;
      const y = scales.y?.getPixelForValue(value);
      if (y === undefined) return;
      ctx.save();
      ctx.strokeStyle = theme.ink;
      ctx.setLineDash([5, 4]);
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.moveTo(chartArea.left, y);
      ctx.lineTo(chartArea.right, y);
      ctx.stroke();
      writeOnSurface(ctx, theme, label, chartArea.right, y + theme.em * (isLeast ? 0.6 : -0.6), 'right');
      ctx.restore();
    },
  };
}

/** Dashed lines beside the bars, each with its label where there is room for it. */
function markLines(theme: Theme, marks: readonly Mark[], areRows: boolean): Plugin<'bar'> {
  return {
    id: 'marks',
    afterDatasetsDraw: ({ ctx, chartArea, data }) => {
      const { left, right, top, bottom, width, height } = chartArea;
      const bars = Math.max(1, data.labels?.length ?? 1);
      ctx.save();
      ctx.font = labelFont(theme);
      ctx.strokeStyle = theme.ink;
      ctx.lineWidth = 1.5;
      for (const [index, { at, label, brief }] of marks.entries()) {
        const said = areRows ? brief : label;
        const length = ctx.measureText(said).width + 8;
        const x = areRows ? left : left + (at * width) / bars;
        const y = areRows ? top + (at * height) / bars : top + index * theme.em * 1.2;
        ctx.setLineDash([5, 4]);
        ctx.beginPath();
        ctx.moveTo(x, y);
        ctx.lineTo(areRows ? right - length : x, areRows ? y : bottom);
        ctx.stroke();
        const isLeft = areRows || x + length > right;
        const edge = areRows ? right : isLeft ? x - 4 : x + 4;
        writeOnSurface(ctx, theme, said, edge, y + theme.em * (areRows ? 0 : 0.5), isLeft ? 'right' : 'left');
        ctx.lineWidth = 1.5;
        ctx.strokeStyle = theme.ink;
      }
      ctx.restore();
    },
  };
}

const labelFont = ({ font, em }: Theme) => `600 ${em * 0.75}px ${font}`;

function writeOnSurface(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  text: string,
  x: number,
  y: number,
  align: 'left' | 'right',
): void {
  ctx.font = labelFont(theme);
  ctx.textAlign = align;
  ctx.textBaseline = 'middle';
  ctx.setLineDash([]);
  ctx.lineJoin = 'round';
  ctx.lineWidth = 4;
  ctx.strokeStyle = theme.surface;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = theme.ink;
  ctx.fillText(text, x, y);
}
