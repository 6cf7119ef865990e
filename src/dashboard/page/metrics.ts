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

/** Whether a change from one value to another is for the better; null when nothing changed. */
export function isBetter(family: Family, from: number, to: number): boolean | null {
  if (from === to) return null;
  return to < from === (better[family] === 'lower');
}

export interface MissedMinimum {
  measure: string;
  value: number | null;
  minimum: number;
}

/** What a metric measured about itself beside the least that it should be. */
export function minimumsOf({
  data_quality: { measure, minimum },
}: Pick<Metric, 'data_quality'>): MissedMinimum[] {
  return Object.entries(minimum).map(([name, least]) => ({
    measure: name,
    value: measure[name] ?? null,
    minimum: least,
  }));
}

export function missedMinimumsOf(metric: Pick<Metric, 'data_quality'>): MissedMinimum[] {
  return minimumsOf(metric).filter(({ value, minimum }) => value === null || value < minimum);
}
