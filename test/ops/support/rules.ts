import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Exposition, Series } from './exposition.ts';

const rule = z.object({
  alert: z.string().optional(),
  record: z.string().optional(),
  expr: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
});
const ruleFile = z.object({ groups: z.array(z.object({ rules: z.array(rule) })) });

export const rulesFile = new URL('../../../ops/alerts.yml', import.meta.url);
export const rules = ruleFile
  .parse(parse(readFileSync(rulesFile, 'utf8')))
  .groups.flatMap((group) => group.rules);

/** A metric that an expression names, and which of its series it means. */
export interface Selector {
  metric: string;
  /** As it is written. */
  text: string;
  /** The labels that it names, without those that Prometheus adds. */
  labels: readonly string[];
  matches(series: Series): boolean;
}

/** Labels that Prometheus adds to what it scrapes. */
const addedLabels = ['job', 'instance'];

/** The selectors in an expression of PromQL of metrics that the service or its libraries expose. */
export function selectorsOf(expr: string): Selector[] {
  return [...expr.matchAll(/\b((?:pilot|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([text, metric = '', matchers = '']) => {
      const conditions = [...matchers.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].filter(
        ([, label = '']) => !addedLabels.includes(label),
      );
      return {
        metric,
        text,
        labels: conditions.map(([, label = '']) => label),
        matches: ({ name, labels }) =>
          name === metric &&
          conditions.every(([, label = '', operator, value = '']) => {
            const actual = labels[label] ?? '';
            const equal = operator?.endsWith('~')
              ? new RegExp(`^(?:${value})$`).test(actual)
              : actual === value;
            return operator?.startsWith('!') ? !equal : equal;
          }),
      };
    },
  );
}

/** The series that an alert watches, also by way of the rules that it builds on. */
export function watchedBy(alert: string, exposition: Exposition): Series[] {
  const found = rules.filter((one) => one.alert === alert);
  if (found.length === 0) throw new Error('There is no such alert.');
  const records = rules.filter(
    ({ record }) => record !== undefined && found.some(({ expr }) => expr.includes(record)),
  );
  const selectors = [...found, ...records].flatMap(({ expr }) => selectorsOf(expr));
  return exposition.series.filter((series) => selectors.some(({ matches }) => matches(series)));
}
