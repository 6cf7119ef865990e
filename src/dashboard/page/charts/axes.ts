import type { Plugin, TooltipItem } from 'chart.js';
import type { Theme } from './theme.ts';

/** What all charts have in common: quiet axes, a legend that is only looked at, and tooltips in words. */

export function categoryAxis(theme: Theme, shown = true) {
  return {
    display: shown,
    stacked: true,
    grid: { display: false },
    border: { color: theme.grid },
    ticks: { color: theme.muted, font: fontOf(theme), maxRotation: 0, autoSkipPadding: 12 },
  };
}

/** What an axis counts; the steps of time are those of clocks. */
export interface ValueScale {
  kind: 'count' | 'ratio' | 'seconds';
  /** Says a step. */
  format(value: number): string;
}

export function valueAxis(theme: Theme, { kind, format }: ValueScale, most: number) {
  return {
    beginAtZero: true,
    stacked: true,
    suggestedMax: most,
    ...(kind === 'ratio' && { max: most > 0.8 ? 1 : undefined }),
    grid: { color: theme.grid },
    border: { display: false },
    ticks: {
      color: theme.muted,
      font: fontOf(theme),
      maxTicksLimit: 6,
      maxRotation: 0,
      ...(kind === 'count' && { precision: 0 }),
      ...(kind === 'seconds' && { stepSize: clockStep(most) }),
      callback: (value: number | string) => format(Number(value)),
    },
  };
}

const [minute, hour, day] = [60, 3600, 86_400];
const clockSteps = [1, 5, 15, 30]
  .map((minutes) => minutes * minute)
  .concat([1, 2, 3, 6, 12].map((hours) => hours * hour))
  .concat([1, 2, 7, 14, 28].map((days) => days * day));

/** The smallest step of time of which five reach the longest one. */
function clockStep(longest: number): number {
  return clockSteps.find((step) => step * 5 >= longest) ?? longest / 5;
}

export function legend(theme: Theme, display: boolean) {
  return {
    display,
    position: 'top' as const,
    align: 'start' as const,
    // Nothing can be hidden by a click: what the picture says would then not be what is to be seen.
    onClick: () => undefined,
    labels: {
      color: theme.ink,
      font: fontOf(theme, 0.8),
      usePointStyle: true,
      pointStyle: 'rectRounded' as const,
      boxWidth: theme.em * 0.6,
      boxHeight: theme.em * 0.6,
      padding: 14,
    },
  };
}

export function tooltip<Type extends 'bar' | 'line' | 'sankey'>(
  theme: Theme,
  label: (item: TooltipItem<Type>) => string,
) {
  return {
    backgroundColor: theme.ink,
    titleColor: theme.surface,
    bodyColor: theme.surface,
    bodyFont: fontOf(theme, 0.8),
    titleFont: { ...fontOf(theme, 0.8), weight: 600 },
    padding: 10,
    cornerRadius: 6,
    usePointStyle: true,
    boxPadding: 4,
    callbacks: { label },
  };
}

/** A label in lines of about as many letters, which Chart.js takes for one. */
export function inLines(label: string, longest: number): string[] {
  const lines: string[] = [];
  for (const word of label.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > longest) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** A font of the page's family; the size is in parts of the page's. */
export function fontOf({ font, em }: Theme, size = 0.75) {
  return { family: font, size: size * em };
}

/** Room for half of a label at the edges. */
export const plainLayout = { padding: { top: 6, right: 12 } };

/** Some room between the legend and what is below it, which the legend itself has no setting for. */
export function legendGap({ em }: Theme): Plugin<'bar' | 'line'> {
  return {
    id: 'legend-gap',
    beforeInit: ({ legend }) => {
      if (!legend) return;
      const fit = legend.fit.bind(legend);
      legend.fit = () => {
        fit();
        legend.height += em * 0.5;
      };
    },
  };
}
