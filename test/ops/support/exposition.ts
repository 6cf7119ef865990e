/** One line of an exposition. */
export interface Series {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** What Prometheus would read, as far as tests ask. */
export interface Exposition {
  text: string;
  series: readonly Series[];
  /** The metrics by name, as their types are declared. */
  types: ReadonlyMap<string, string>;
  /** The sum of all series of this name that have these labels; undefined when there is none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
}

/** Reads Prometheus' text format. @throws Error at a line that is not one of it */
export function parseExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const series: Series[] = [];
  for (const line of text.split('\n')) {
    const [, named = '', type = ''] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (named) types.set(named, type);
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', labels = '', value = ''] =
      /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?[\d.]+(?:e[+-]?\d+)?|NaN|Nan|[+-]Inf)$/.exec(line) ?? [];
    if (!name) throw new Error('A line of the exposition cannot be read.');
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
    series.push({
      name,
      labels: Object.fromEntries(pairs.map(([, label = '', text = '']) => [label, text])),
      value: Number(value.replace('Nan', 'NaN').replace('Inf', 'Infinity')),
    });
  }
  return {
    text,
    series,
    types,
    sum(name, labels = {}) {
      const found = series.filter(
        (one) =>
          one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value),
      );
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
    },
  };
}
