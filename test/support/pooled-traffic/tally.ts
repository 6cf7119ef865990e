/** `leak`: somebody saw or wrote what is not theirs. `dirty`: a connection is not as a new one would be. */
export interface Finding {
  kind: 'leak' | 'dirty';
  what: string;
}

/** How a transaction ended. */
export type Outcome = 'committed' | 'aborted' | 'timed out' | 'killed' | 'left by its client';

export class Tally {
  readonly findings: Finding[] = [];
  readonly #transactions = new Map<Outcome, number>();

  count(outcome: Outcome): void {
    this.#transactions.set(outcome, this.of(outcome) + 1);
  }

  of(outcome: Outcome): number {
    return this.#transactions.get(outcome) ?? 0;
  }

  get total(): number {
    return [...this.#transactions.values()].reduce((sum, number) => sum + number, 0);
  }

  found(kind: Finding['kind'], what: string): void {
    this.findings.push({ kind, what });
  }

  /** "1980 committed, 1200 aborted, ..." */
  get words(): string {
    return [...this.#transactions].map(([outcome, number]) => `${number} ${outcome}`).join(', ');
  }
}
