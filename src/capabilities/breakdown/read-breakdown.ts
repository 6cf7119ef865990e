import { z } from 'zod';
import { loadStatement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { refusalOfRule } from '../../plugins/validation.ts';
import {
  attemptChannel,
  attemptOutcome,
  failureReason,
  failureStates,
  fatalErrorCategory,
  referralState,
  verificationMode,
} from '../event-values.ts';
import { referenceTables } from '../references.ts';
import type { Breakdown, Period } from './schema.ts';

/** What a breakdown is read from. */
export const breakdownTables = [
  ...referenceTables,
  'pilot_contact_attempt_events',
  'pilot_connection_events',
  'pilot_referral_events',
  'pilot_data_decay_audits',
] as const;

/** More are too many for a picture, and for one answer. */
const mostPeriods = 400;

const planForFewGroups = loadStatement(import.meta.url, 'plan-for-few-groups.sql', z.unknown());

const readPeriods = loadStatement(
  import.meta.url,
  '../../../sql/breakdown/breakdown_periods.sql',
  z.object({ time_zone: z.string().nullable(), periods: z.array(z.string()) }),
);

const cell = { period: z.string(), count: z.coerce.number() };

const countAttempts = loadStatement(
  import.meta.url,
  '../../../sql/breakdown/breakdown_attempts.sql',
  z.object({ attempt_channel: attemptChannel, attempt_outcome: attemptOutcome, ...cell }),
);

const countReferrals = loadStatement(
  import.meta.url,
  '../../../sql/breakdown/breakdown_referrals.sql',
  z.object({ referral_state: referralState, failure_reason_code: failureReason.nullable(), ...cell }),
);

const countAudits = loadStatement(
  import.meta.url,
  '../../../sql/breakdown/breakdown_audits.sql',
  z.object({
    fatal_error_category: fatalErrorCategory.nullable(),
    verification_mode: verificationMode,
    ...cell,
  }),
);

const countTimesToConnection = loadStatement(
  import.meta.url,
  '../../../sql/breakdown/breakdown_times_to_connection.sql',
  z.object({ from_seconds: z.number(), to_seconds: z.number().nullable(), count: z.coerce.number() }),
);

/** What to count: an organisation's events, or with null those of all. A bound that is null is open. */
export interface BreakdownQuestion {
  cycleId: string;
  orgId: string | null;
  start: Date | null;
  end: Date | null;
  per: Period;
}

const attemptPairs = attemptChannel.options.flatMap((attempt_channel) =>
  attemptOutcome.options.map((attempt_outcome) => ({ attempt_channel, attempt_outcome })),
);

const referralPairs = referralState.options.flatMap((referral_state) => {
  const mayHaveReason = failureStates.some((state) => state === referral_state);
  const reasons = [null, ...(mayHaveReason ? failureReason.options : [])];
  return reasons.map((failure_reason_code) => ({ referral_state, failure_reason_code }));
});

const auditPairs = [null, ...fatalErrorCategory.options].flatMap((fatal_error_category) =>
  verificationMode.options.map((verification_mode) => ({ fatal_error_category, verification_mode })),
);

/**
 * Counts the events of a window as they are now, in every combination of what they may say and in every period. All of it sees
 * the one state of the transaction, which has to be REPEATABLE READ.
 * @throws Problem `invalid-request` when the window has more periods than an answer may
 */
export async function readBreakdown(
  transaction: Transaction,
  { cycleId, orgId, start, end, per }: BreakdownQuestion,
): Promise<
  Pick<Breakdown, 'time_zone' | 'periods' | 'attempts' | 'referrals' | 'audits' | 'time_to_connection'>
> {
  const counted = [cycleId, orgId, start, end];
  const [, { time_zone, periods }] = await Promise.all([
    transaction.run(planForFewGroups),
    transaction.one(readPeriods, [...counted, per]),
  ]);
  if (periods.length > mostPeriods) throw refusalOfRule('few_periods', 'per');
  const [attempts, referrals, audits, bins] = await Promise.all([
    transaction.run(countAttempts, [...counted, per]),
    transaction.run(countReferrals, [...counted, per]),
    transaction.run(countAudits, [...counted, per]),
    transaction.run(countTimesToConnection, counted),
  ]);
  return {
    time_zone,
    periods,
    attempts: filled(['attempt_channel', 'attempt_outcome'], attemptPairs, attempts, periods),
    referrals: filled(['referral_state', 'failure_reason_code'], referralPairs, referrals, periods),
    audits: filled(['fatal_error_category', 'verification_mode'], auditPairs, audits, periods),
    time_to_connection: { total: sum(bins.map(({ count }) => count)), bins },
  };
}

interface Cell {
  period: string;
  count: number;
}

/**
 * Every combination of what is named with its counts, and zeros where nothing was counted.
 * @throws Error when something was counted that has no place in them
 */
function filled<Pair>(
  names: readonly (keyof Pair)[],
  pairs: readonly Pair[],
  cells: readonly (Pair & Cell)[],
  periods: readonly string[],
): (Pair & { total: number; counts: number[] })[] {
  const keyOf = (values: Pair, period: string) =>
    JSON.stringify([...names.map((name) => values[name]), period]);
  const found = new Map(cells.map((cell) => [keyOf(cell, cell.period), cell.count]));
  const rows = pairs.map((pair) => {
    const counts = periods.map((period) => found.get(keyOf(pair, period)) ?? 0);
    return { ...pair, total: sum(counts), counts };
  });
  if (sum(rows.map(({ total }) => total)) !== sum([...found.values()])) {
    throw new Error('The database counted events outside of the periods or combinations.');
  }
  return rows;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
