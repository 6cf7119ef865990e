import type { Chart, Plugin } from 'chart.js';
import { fontOf } from './axes.ts';
import { type ColourName, readableOn, type Theme } from './theme.ts';

/** What is written and drawn over the bars and lines: values, limits and marks, so that none hides another. */

/** A value that ought not to be exceeded, or to be reached. */
export interface Limit {
  value: number;
  label: string;
  /** To be reached; the tip at the end of its line points to where the values should be. */
  isLeast?: boolean;
}

/** A line between or within the bars, at a place that is counted in bars from the left edge of the first one. */
export interface Mark {
  at: number;
  label: string;
  /** For where there is little room. */
  brief: string;
}

/** What a limit means, above the picture, where there are no values; its dashes are those of the line. */
export function limitTitle(theme: Theme, limit: Limit | undefined) {
  return {
    display: limit !== undefined,
    text: limit ? `– – ${limit.label}` : '',
    align: 'end' as const,
    color: theme.ink,
    font: { ...fontOf(theme), weight: 600 },
    padding: { bottom: theme.em * 0.5 },
    // Closer to the picture than the legend.
    weight: 500,
  };
}

/** A dashed line across the chart at a value, and at its end a tip to the side where the values should be. */
export function limitLine<Type extends 'bar' | 'line'>(
  theme: Theme,
  { value, isLeast = false }: Limit,
  when: 'beforeDatasetsDraw' | 'afterDatasetsDraw',
): Plugin<Type> {
  const draw = ({ ctx, chartArea: { left, right }, scales }: Chart<Type>) => {
    const y = scales.y?.getPixelForValue(value);
    if (y === undefined) return;
    ctx.save();
    dashed(ctx, theme, [left, y], [right, y]);
    const away = isLeast ? -1 : 1;
    ctx.fillStyle = theme.ink;
    ctx.beginPath();
    ctx.moveTo(right + 1, y);
    ctx.lineTo(right + 10, y);
    ctx.lineTo(right + 5.5, y + away * 7);
    ctx.fill();
    ctx.restore();
  };
  return { id: 'limit', [when]: draw };
}

/** Lines beside the bars, each with its label where no bar is: above them, or beyond the ends of rows. */
export function markLines(theme: Theme, marks: readonly Mark[], areRows: boolean): Plugin<'bar'> {
  return {
    id: 'marks',
    afterDatasetsDraw: ({ ctx, chartArea, data }) => {
      const { left, right, top, bottom, width, height } = chartArea;
      const bars = Math.max(1, data.labels?.length ?? 1);
      ctx.save();
      ctx.font = labelFont(theme);
      // The first one highest: its label goes on over where the lines of the others begin.
      const places = marks.map(({ at, label, brief }, index) => {
        const x = left + (at * width) / bars;
        const y = areRows
          ? top + (at * height) / bars
          : top - (marks.length - index - 0.4) * markHeight(theme);
        return { x, y, said: areRows ? brief : label };
      });
      for (const { x, y } of places)
        dashed(ctx, theme, areRows ? [left, y] : [x, y], areRows ? [right, y] : [x, bottom]);
      for (const { x, y, said } of places) {
        const isLeft = !areRows && x + ctx.measureText(said).width + 8 > right;
        const edge = areRows ? right + 4 : isLeft ? x - 5 : x + 5;
        write(ctx, theme, said, [edge, y], isLeft ? 'right' : 'left');
      }
      ctx.restore();
    },
  };
}

export const markHeight = ({ em }: Theme) => em * 1.2;

interface ValueLabels {
  format(value: number): string;
  areRows: boolean;
  isStacked: boolean;
  /** The colour that a bar of a series has. */
  colourAt(series: number, position: number): ColourName;
}

/** The values: inside of the parts of a stack and their sum at its end, or at the end of a bar that stands alone. */
export function valueLabels(theme: Theme, what: ValueLabels): Plugin<'bar'> {
  const { format, areRows, isStacked, colourAt } = what;
  return {
    id: 'value-labels',
    afterDatasetsDraw: (chart) => {
      const { ctx } = chart;
      ctx.save();
      ctx.font = labelFont(theme);
      const { datasets, labels = [] } = chart.data;
      for (const position of labels.keys()) {
        const values = datasets
          .map(({ data }) => data[position])
          .filter((value) => typeof value === 'number');
        const sum = values.reduce((total, value) => total + value, 0);
        if (isStacked) for (const series of datasets.keys()) writePart(chart, series, position, sum);
        writeEnd(chart, position, values.length === 0 ? '–' : format(sum));
      }
      ctx.restore();
    },
  };

  /** A part that does not have room for its value leaves it to the tooltip and the table; a single one is its own sum. */
  function writePart(chart: Chart<'bar'>, series: number, position: number, sum: number): void {
    const value = chart.data.datasets[series]?.data[position];
    if (typeof value !== 'number' || value === 0 || value === sum) return;
    const { x, y, base, width } = boxOf(chart, series, position);
    const said = format(value);
    const needed = chart.ctx.measureText(said).width + 6;
    const fits = areRows ? Math.abs(x - base) >= needed : Math.abs(y - base) >= theme.em && width >= needed;
    if (!fits) return;
    const ground = theme[colourAt(series, position)];
    const at: Point = areRows ? [(x + base) / 2, y] : [x, (y + base) / 2];
    if (theme.hasPatterns) plate(chart.ctx, ground, at, needed, theme.em);
    write(chart.ctx, { ...theme, surface: ground, ink: readableOn(ground, theme) }, said, at, 'center');
  }

  function writeEnd(chart: Chart<'bar'>, position: number, said: string): void {
    const { ctx, chartArea } = chart;
    const boxes = [...chart.data.datasets.keys()].map((series) => boxOf(chart, series, position));
    const first = boxes[0];
    if (!first) return;
    const needed = ctx.measureText(said).width;
    if (areRows) {
      const end = Math.max(...boxes.map(({ x }) => (Number.isNaN(x) ? chartArea.left : x)));
      const isInside = end + needed + 6 > chart.width;
      write(ctx, theme, said, [isInside ? end - 5 : end + 5, first.y], isInside ? 'right' : 'left');
      return;
    }
    const place = chartArea.width / Math.max(1, chart.data.labels?.length ?? 1);
    if (place < needed + 2) return;
    const end = Math.min(...boxes.map(({ y }) => (Number.isNaN(y) ? chartArea.bottom : y)));
    write(ctx, theme, said, [first.x, Math.max(end, chartArea.top + theme.em) - theme.em * 0.55], 'center');
  }
}

function boxOf(chart: Chart<'bar'>, series: number, position: number) {
  const element = chart.getDatasetMeta(series).data[position];
  return (
    element?.getProps(['x', 'y', 'base', 'width'], true) ?? {
      x: Number.NaN,
      y: Number.NaN,
      base: Number.NaN,
      width: 0,
    }
  );
}

/**
 * Moves the parts of each stack apart so far that the least of them can be seen. A stack becomes some pixels longer by that,
 * which its sum does not say; without it, one among a thousand would look like none.
 */
export function leastParts(areRows: boolean): Plugin<'bar'> {
  const least = 4;
  return {
    id: 'least-parts',
    afterDatasetsUpdate: (chart) => {
      const axis = areRows ? 'x' : 'y';
      const way = areRows ? 1 : -1;
      const zero = chart.scales[axis]?.getPixelForValue(0) ?? 0;
      for (const position of (chart.data.labels ?? []).keys()) {
        let end = zero;
        for (const [series, { data }] of chart.data.datasets.entries()) {
          const part = chart.getDatasetMeta(series).data[position];
          if (!part) continue;
          const { base } = part.getProps(['base'], true);
          const length = Math.abs(part[axis] - base);
          const drawn = (data[position] ?? 0) === 0 ? 0 : Math.max(length, least);
          const start = end;
          end += way * drawn;
          Object.assign(part, { base: start, [axis]: end });
        }
      }
    },
  };
}

type Point = [x: number, y: number];

function dashed(ctx: CanvasRenderingContext2D, theme: Theme, from: Point, to: Point): void {
  for (const [colour, width, dash] of [
    [theme.surface, 4, []],
    [theme.ink, 1.5, [5, 4]],
  ] as const) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.setLineDash([...dash]);
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...to);
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

/** A plain place within a pattern. */
function plate(ctx: CanvasRenderingContext2D, colour: string, [x, y]: Point, width: number, height: number) {
  ctx.fillStyle = colour;
  ctx.beginPath();
  ctx.roundRect(x - width / 2, y - height / 2, width, height, 3);
  ctx.fill();
}

const labelFont = ({ font, em }: Theme) => `600 ${em * 0.75}px ${font}`;

/** Within a rim of the ground's colour, so that lines and patterns end before the letters. */
function write(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  text: string,
  [x, y]: Point,
  align: 'left' | 'center' | 'right',
): void {
  ctx.textAlign = align;
  ctx.textBaseline = 'middle';
  ctx.lineJoin = 'round';
  ctx.lineWidth = theme.em / 4;
  ctx.strokeStyle = theme.surface;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = theme.ink;
  ctx.fillText(text, x, y);
}
