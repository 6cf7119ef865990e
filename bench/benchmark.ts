/** What a figure has to come to. */
export type Target = { atLeast: number } | { below: number };

/** One line of the table that `npm run bench` prints. */
export interface Row {
  /** What was measured: "ingest at 64 connections". */
  what: string;
  /** What it came to, and beside what: "2,900/s beside 4,900/s". */
  figure: string;
  /** The number that the target is about; a ratio unless `unit` says otherwise. */
  value?: number;
  unit?: 'MB' | 's';
  target?: Target;
}

export interface BenchOptions {
  /** How long each step under load takes. */
  seconds: number;
  /** How often what is compared is measured in turn; the median counts. */
  rounds: number;
  /** How many events are recomputed. */
  sizes: readonly number[];
}

/**
 * A measurement of one subject. It cleans up after itself, also when it fails.
 * @throws Error when rows written are not requests acknowledged
 */
export interface Benchmark {
  name: string;
  run(options: BenchOptions): Promise<Row[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** Calls it again and again, until told to stop. */
export async function again(work: () => Promise<unknown>, signal: AbortSignal): Promise<number> {
  let times = 0;
  while (!signal.aborted) {
    await work();
    times += 1;
  }
  return times;
}

/** A number for people: "1,000,000". */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A rate for people: "4,912/s". */
export function rate(perSecond: number): string {
  return `${whole(perSecond)}/s`;
}
