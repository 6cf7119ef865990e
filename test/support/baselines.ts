import { isReproduced, readBaselines, recordBaseline } from '../../src/capabilities/baseline/index.ts';
import type { BaselineRun } from '../../src/capabilities/baseline/schema.ts';
import { evaluator, inOneTransaction, nobody } from '../../src/database/database.ts';
import { cycle, type TestService } from './service.ts';

export interface BaselineDays {
  startDate: string;
  endDate: string;
}

const statementTimeoutMs = 10_000;

/** Four weeks with the events of test/support/events.ts in them. */
const fourWeeks: BaselineDays = { startDate: '2026-02-23', endDate: '2026-03-23' };

/** Stores a baseline the way the command does. */
export function storeBaseline(
  { urls }: TestService,
  orgId: string,
  days: BaselineDays = fourWeeks,
  cycleId = cycle,
): Promise<BaselineRun> {
  const window = { cycleId, orgId, ...days };
  return inOneTransaction(
    urls.owner,
    { userId: nobody, mode: 'snapshot', statementTimeoutMs },
    (transaction) => recordBaseline(transaction, window, new Date()),
  );
}

const asEvaluator = { userId: evaluator, mode: 'read', statementTimeoutMs } as const;

/** Whether the evaluator finds the same again. */
export function reproduced({ urls }: TestService, run: BaselineRun): Promise<boolean> {
  return inOneTransaction(urls.app, asEvaluator, (transaction) => isReproduced(transaction, run));
}

/** The baselines of the cycle that somebody, or the evaluator, sees at a moment of arrival. */
export function baselinesSeen(
  { urls }: TestService,
  userId: string = evaluator,
  at: Date | null = null,
): Promise<BaselineRun[]> {
  return inOneTransaction(urls.app, { userId, mode: 'read', statementTimeoutMs }, (transaction) =>
    transaction.run(readBaselines, [at, cycle, null]),
  );
}
