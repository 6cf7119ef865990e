import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { OwnerTransaction } from '../../database/owner-transaction.ts';
import { forTable, loadStatement, type SqlValue, type Statement } from '../../database/statement.ts';
import { type Rule, rules } from './policy.ts';

const dueRow = z.object({ place: z.string(), key: z.string() });
const dueAfterCycle = loadStatement(import.meta.url, 'read-due-after-cycle.sql', dueRow);
const dueSnapshots = loadStatement(import.meta.url, 'read-due-snapshots.sql', dueRow);
const dueDecisions = loadStatement(import.meta.url, 'read-due-decisions.sql', dueRow);
const dueRevisions = loadStatement(import.meta.url, 'read-due-revisions.sql', dueRow);
const readMoment = loadStatement(
  import.meta.url,
  'read-retention-moment.sql',
  z.object({ as_of: z.date(), is_ahead: z.boolean() }),
);
const readEndlessCycles = loadStatement(
  import.meta.url,
  'read-endless-cycles.sql',
  z.object({ id: z.string() }),
);
const readMissingPolicies = loadStatement(
  import.meta.url,
  'read-missing-policies.sql',
  z.object({ table_name: z.string(), command: z.string() }),
);

/** What decides what stays, and is itself never deleted by a rule. */
const alsoRead = ['pilot_cycles', 'baseline_runs'];

/** How many rows of which table, and why. */
export const retentionCounts = z.record(z.string(), z.record(z.string(), z.int().positive()));

export type RetentionCounts = z.infer<typeof retentionCounts>;

export interface RetentionPlan {
  as_of: Date;
  /** Whether the moment is still to come: such a plan is a forecast. */
  is_ahead: boolean;
  /** SHA-256 of the keys of all rows that are due, in order: another plan has another one. */
  digest: string;
  counts: RetentionCounts;
  /** Cycles that have no last day, and so keep everything. */
  endless_cycles: string[];
}

/**
 * What is due at a moment, by default now (spec 5, "Retention"). Reads only.
 * @throws Error when row-level security would hide rows from the plan
 */
export async function planRetention(
  transaction: OwnerTransaction,
  asOf: Date | null,
): Promise<RetentionPlan> {
  await assertNothingIsHidden(transaction);
  const { as_of, is_ahead } = await transaction.one(readMoment, [asOf]);
  const hash = createHash('sha256');
  const counts: RetentionCounts = {};
  for (const rule of rules) {
    let rows = 0;
    for await (const piece of dueRows(transaction, rule, as_of)) {
      rows += piece.length;
      for (const { key } of piece) hash.update(`${rule.table} ${key}\n`);
    }
    if (rows > 0) counts[rule.table] = { [rule.trigger]: rows };
  }
  const endless = await transaction.run(readEndlessCycles);
  const endless_cycles = endless.map(({ id }) => id);
  return { as_of, is_ahead, digest: hash.digest('hex'), counts, endless_cycles };
}

/** The rows that a rule would delete, a piece at a time. */
export function dueRows(
  transaction: OwnerTransaction,
  rule: Rule,
  asOf: Date,
): AsyncGenerator<z.infer<typeof dueRow>[]> {
  const [statement, values] = dueOf(rule, asOf);
  return transaction.pieces(statement, values);
}

function dueOf(
  { table, window, trigger }: Rule,
  asOf: Date,
): [Statement<z.infer<typeof dueRow>>, SqlValue[]] {
  switch (trigger) {
    case 'cycle_ended':
      return [dueAfterCycle, [asOf, window, table]];
    case 'calculated':
      return [forTable(dueSnapshots, table), [asOf, window]];
    case 'superseded':
      return [
        table === 'pilot_integration_feasibility_decisions' ? dueDecisions : forTable(dueRevisions, table),
        [asOf, window],
      ];
  }
}

async function assertNothingIsHidden(transaction: OwnerTransaction): Promise<void> {
  const deletable = rules.map(({ table }) => table);
  const [missing] = await transaction.run(readMissingPolicies, [[...deletable, ...alsoRead], deletable]);
  if (missing) {
    throw new Error(
      `Row-level security would hide rows from retention: the role pilot_owner has no ${missing.command} policy for all rows of ${missing.table_name}. Run "migrate", then "verify".`,
    );
  }
}
