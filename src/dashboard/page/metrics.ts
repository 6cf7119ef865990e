import type { Metric } from '../../capabilities/metrics/schema.ts';

type MetricId = Metric['metric_id'];

/** The seven metrics; M2 has three figures. */
export const families = ['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7'] as const;

export type Family = (typeof families)[number];

export const percentiles = ['M2_P50', 'M2_P75', 'M2_P90'] as const;

/** The figures of each metric, the one that stands for it first. */
export const figuresOf: Readonly<Record<Family, readonly [MetricId, ...MetricId[]]>> = {
  M1: ['M1'],
  M2: percentiles,
  M3: ['M3'],
  M4: ['M4'],
  M5: ['M5'],
  M6: ['M6'],
  M7: ['M7'],
};

/** As the headers in sql/metrics say. */
export const better: Readonly<Record<Family, 'lower' | 'higher'>> = {
  M1: 'lower',
  M2: 'lower',
  M3: 'higher',
  M4: 'higher',
  M5: 'lower',
  M6: 'lower',
  M7: 'higher',
};

export const unitOf = (family: Family): Metric['unit'] => (family === 'M2' ? 'seconds' : 'ratio');

export function familyOf(id: MetricId): Family {
  return families.find((family) => id.startsWith(family)) ?? 'M1';
}

/** Which of the percentiles a figure is; undefined for the figures of other metrics. */
export function percentileOf(id: MetricId): (typeof percentiles)[number] | undefined {
  return percentiles.find((percentile) => percentile === id);
}

/** The figure of an id among others. */
export function figureIn<Figure extends { metric_id: MetricId }>(
  figures: readonly Figure[],
  id: MetricId,
): Figure | undefined {
  return figures.find(({ metric_id }) => metric_id === id);
}

/** As few as the spec has for a sample of audits: below it, a figure hangs on single events. */
export const fewest = 20;

/** Whether a figure may not be leaned on: its data are not complete enough, or few. The services of M4 are all that there are, however few. */
export function isDoubtful({
  metric_id,
  quality,
  denominator,
}: Pick<Metric, 'metric_id' | 'quality' | 'denominator'>): boolean {
  return quality === 'below_minimum' || (quality === 'ok' && metric_id !== 'M4' && denominator < fewest);
}

/** What a metric measured about its data beside the least that it should be. */
export interface Minimum {
  measure: string;
  value: number;
  minimum: number;
}

/** Nothing is measured about data that are not there. */
export function minimumsOf({ data_quality }: Pick<Metric, 'data_quality'>): Minimum[] {
  return Object.entries(data_quality.minimum).flatMap(([measure, minimum]) => {
    const value = data_quality.measure[measure] ?? null;
    return value === null ? [] : [{ measure, value, minimum }];
  });
}

export const isMissed = ({ value, minimum }: Minimum) => value < minimum;
