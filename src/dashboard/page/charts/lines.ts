import type { ChartConfiguration } from 'chart.js';
import {
  categoryAxis,
  legend,
  legendGap,
  plainPadding,
  tooltip,
  type ValueScale,
  valueAxis,
} from './axes.ts';
import type { DrawChart } from './chart.ts';
import { type Limit, limitLine, limitTitle } from './labels.ts';
import type { ColourName } from './theme.ts';

export interface Line {
  label: string;
  colour: ColourName;
  values: readonly (number | null)[];
  /** Points that may not be leaned on: they are drawn hollow. */
  isDoubtful: readonly boolean[];
  shape?: 'circle' | 'triangle' | 'rect';
}

export interface Lines {
  categories: readonly string[];
  lines: readonly Line[];
  format(value: number): string;
  scale: ValueScale;
  limit?: Limit | undefined;
}

/** Values over time. What is missing leaves a gap. */
export function lines({ categories, lines, format, scale, limit }: Lines): DrawChart {
  const highest = Math.max(
    limit?.value ?? 0,
    ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)),
  );
  return (theme) => {
    const chart: ChartConfiguration<'line', (number | null)[], string> = {
      type: 'line',
      data: {
        labels: [...categories],
        datasets: lines.map(({ label, colour, values, isDoubtful, shape = 'circle' }) => ({
          label,
          data: [...values],
          borderColor: theme[colour],
          borderWidth: 2,
          pointStyle: shape,
          pointRadius: categories.length > 30 ? 2.5 : 4.5,
          pointHoverRadius: 6,
          pointBorderWidth: 2,
          pointBorderColor: theme[colour],
          pointBackgroundColor: isDoubtful.map((doubtful) => (doubtful ? theme.surface : theme[colour])),
          spanGaps: false,
          clip: false,
        })),
      },
      options: {
        layout: { padding: plainPadding },
        interaction: { mode: 'index', intersect: false },
        scales: {
          x: { ...categoryAxis(theme), stacked: false, offset: true },
          y: { ...valueAxis(theme, scale, highest), stacked: false },
        },
        plugins: {
          legend: {
            ...legend(theme, lines.length > 1),
            labels: { ...legend(theme, true).labels, pointStyle: undefined },
          },
          subtitle: limitTitle(theme, limit),
          tooltip: tooltip<'line'>(
            theme,
            ({ dataset, parsed }) => `${dataset.label}: ${parsed.y === null ? '–' : format(parsed.y)}`,
          ),
        },
      },
      plugins: [
        ...(lines.length > 1 ? [legendGap(theme)] : []),
        // Below the points, which it may not hide.
        ...(limit ? [limitLine<'line'>(theme, limit, 'beforeDatasetsDraw')] : []),
      ],
    };
    return { chart };
  };
}
