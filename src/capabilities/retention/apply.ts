import { randomUUIDv7 } from 'node:crypto';
import { z } from 'zod';
import { toStorageFailure } from '../../database/failures.ts';
import type { OwnerTransaction } from '../../database/owner-transaction.ts';
import { forTable, loadStatement } from '../../database/statement.ts';
import { serviceVersion } from '../../version.ts';
import { dueRows, planRetention, type RetentionCounts, retentionCounts } from './plan.ts';
import { rules } from './policy.ts';

const lockTable = loadStatement(import.meta.url, 'lock-table.sql', z.unknown());
const deleteRows = loadStatement(import.meta.url, 'delete-rows.sql', z.unknown());
const insertRun = loadStatement(
  import.meta.url,
  'insert-retention-run.sql',
  z.object({ applied_at: z.date() }),
);
const readRuns = loadStatement(
  import.meta.url,
  'read-retention-runs.sql',
  z.object({
    id: z.string(),
    as_of: z.date(),
    applied_at: z.date(),
    digest: z.string(),
    counts: retentionCounts,
    service_version: z.string(),
  }),
);

export type RetentionRun = z.infer<typeof readRuns.row>;

/** What decides what stays. Events are not among it: whatever arrives meanwhile makes the deletion fail, and not the event. */
const deciding = [
  'retention_runs',
  'baseline_runs',
  'pilot_cycles',
  ...rules.filter(({ trigger }) => trigger === 'superseded').map(({ table }) => table),
];

/**
 * Deletes what a plan with this digest lists, and leaves a record of the counts: all of it or nothing, in the transaction that
 * it is given, which sees one state of the database (spec 5, "Retention").
 * @throws Error when the plan is another one by now, or when the database deletes other rows than planned
 */
export async function applyRetention(
  transaction: OwnerTransaction,
  digest: string,
  asOf: Date | null,
  onProgress: (table: string) => void = () => undefined,
): Promise<RetentionRun> {
  // Before anything else: the first statement that reads decides which state this transaction sees.
  for (const table of deciding) await transaction.run(forTable(lockTable, table));
  const plan = await planRetention(transaction, asOf);
  if (plan.is_ahead) throw new Error('Only a plan for a moment that has passed can be applied.');
  if (plan.digest !== digest)
    throw new Error('The plan is another one by now, so nothing was deleted. Plan again.');
  for (const rule of rules) {
    const planned = rowsOf(plan.counts, rule.table);
    if (planned === 0) continue;
    onProgress(rule.table);
    const statement = forTable(deleteRows, rule.table);
    let deleted = 0;
    for await (const piece of dueRows(transaction, rule, plan.as_of)) {
      const places = piece.map(({ place }) => place);
      deleted += await transaction.change(statement, [places]).catch(neededMeanwhile);
    }
    if (deleted !== planned) {
      throw new Error(
        `The database let ${deleted} of ${planned} rows of ${rule.table} be deleted, so nothing was deleted. Run "verify".`,
      );
    }
  }
  const id = randomUUIDv7();
  const counts = JSON.stringify(plan.counts);
  const { applied_at } = await transaction.one(insertRun, [id, plan.as_of, digest, counts, serviceVersion]);
  return { id, as_of: plan.as_of, applied_at, digest, counts: plan.counts, service_version: serviceVersion };
}

/** What arrived after the transaction's state was fixed is not in its plan, but holds on to the rows that it refers to. */
function neededMeanwhile(error: unknown): never {
  if (toStorageFailure(error).meaning !== 'unknown_reference') throw error;
  throw new Error(
    'Something that needs a row of the plan arrived meanwhile, so nothing was deleted. Plan again.',
  );
}

/** The records of what was deleted, the newest first. */
export function readRetentionRuns(transaction: OwnerTransaction): Promise<RetentionRun[]> {
  return transaction.run(readRuns);
}

/** How many rows of one table, or of all of them. */
export function rowsOf(counts: RetentionCounts, table?: string): number {
  const reasons = table === undefined ? Object.values(counts) : [counts[table] ?? {}];
  return reasons.flatMap((reason) => Object.values(reason)).reduce((sum, rows) => sum + rows, 0);
}
