/** One line of the table that `npm run soak` prints: a promise, what was measured, and whether it was kept. */
export interface Figure {
  promise: string;
  /** What was seen, with its numbers: "20 kills, 1196 acknowledged, 0 missing". */
  figure: string;
  pass: boolean;
}

export interface SoakOptions {
  /** The two-minute version of the whole, for continuous integration: smaller numbers, the same promises. */
  short: boolean;
}

/** A long-running check of one or more promises. It cleans up after itself, also when it fails. */
export interface Scenario {
  name: string;
  run(options: SoakOptions): Promise<Figure[]>;
}
