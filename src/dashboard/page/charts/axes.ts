import type { Plugin, TooltipItem } from 'chart.js';
import { fillOf } from './patterns.ts';
import type { ColourName, Theme } from './theme.ts';

/** What all charts have in common: quiet axes, a legend that is only looked at, and tooltips in words. */

/** Whether there is as little room as on a telephone. */
export const isNarrow = (width: number, { em }: Pick<Theme, 'em'>) => width < 32 * em;

export function categoryAxis(theme: Theme) {
  return {
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

/** @param share of the axis that stays free beyond the longest bar, for its label */
export function valueAxis(theme: Theme, { kind, format }: ValueScale, most: number, share = 0) {
  return {
    beginAtZero: true,
    stacked: true,
    suggestedMax: most,
    grace: `${share * 100}%`,
    // There are no steps beyond the whole.
    ...(kind === 'ratio' && most > 0.8 && { max: 1 + share }),
    grid: { color: theme.grid },
    border: { display: false },
    ticks: {
      color: theme.muted,
      font: fontOf(theme),
      maxTicksLimit: 6,
      includeBounds: false,
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

/** One of the things that a picture tells apart by colour. */
interface Named {
  label: string;
  colour: ColourName;
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
      padding: 12,
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

/** The legend of a stack, with the patterns of its parts where there are any, in boxes that show them. */
export function legendOfFills(theme: Theme, named: readonly Named[]) {
  const plain = legend(theme, true);
  if (!theme.hasPatterns) return plain;
  const items = named.map(({ label, colour }, datasetIndex) => ({
    text: label,
    fillStyle: fillOf(colour, theme),
    fontColor: theme.ink,
    lineWidth: 0,
    datasetIndex,
  }));
  const box = { usePointStyle: false, boxWidth: theme.em * 1.75, boxHeight: theme.em * 0.9 };
  return { ...plain, labels: { ...plain.labels, ...box, generateLabels: () => items } };
}

/** A font of the page's family; the size is in parts of the page's. */
export function fontOf({ font, em }: Theme, size = 0.75) {
  return { family: font, size: size * em };
}

/** Room for half of a label at the edges. */
export const plainPadding = { top: 6, right: 12 };

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
