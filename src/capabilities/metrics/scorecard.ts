import { z } from 'zod';
import { loadStatement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import type { Measured } from '../measure.ts';
import { metricId, metricIds } from '../metric-queries.ts';
import { windowOf } from '../window.ts';
import type { GateOne, Metric, Scorecard } from './schema.ts';
import { runFor, snapshotColumns, toNumber } from './snapshots.ts';

const numberOrNull = z.coerce.number().nullable();

const latestRow = z.object({
  ...snapshotColumns,
  previous_value: numberOrNull,
  previous_calculated_at: z.date().nullable(),
});
const readLatestSnapshots = {
  ofOrganization: loadStatement(import.meta.url, 'read-latest-snapshots.sql', latestRow),
  ofCycle: loadStatement(import.meta.url, 'read-latest-cycle-snapshots.sql', latestRow),
};

const readStoredBaseline = loadStatement(
  import.meta.url,
  'read-stored-baseline.sql',
  z.object({ run_id: z.string(), rate: z.string().nullable(), p50: z.string().nullable() }),
);

const judgeGateOne = loadStatement(
  import.meta.url,
  '../../../sql/gate-1.sql',
  z.object({
    metric_id: metricId,
    measured: numberOrNull,
    baseline: numberOrNull,
    threshold: z.coerce.number(),
    pass: z.boolean(),
    reason: z.enum(['not_measured', 'baseline_is_zero', 'above_threshold', 'below_threshold']).nullable(),
  }),
);

/** The latest figures of one window, as Postgres wrote them (`exact`) and as they are answered. */
export interface Figures {
  scorecard: Scorecard;
  metrics: Metric[];
  exact: ReadonlyMap<string, string | null>;
}

/** The figures calculated at or before `until` (null: ever), or undefined when there are none. */
export async function readFigures(
  transaction: Transaction,
  { cycleId, orgId, start, end }: Measured,
  until: Date | null,
): Promise<Figures | undefined> {
  const values = [cycleId, start, end, metricIds, until];
  const rows = await runFor(transaction, readLatestSnapshots, orgId, values);
  const [first] = rows;
  if (!first) return undefined;
  const exact = new Map(rows.map((row) => [row.metric_id, row.value]));
  const figure = (id: (typeof metricIds)[number]) => toNumber(exact.get(id) ?? null);
  return {
    exact,
    scorecard: {
      pilot_cycle_id: cycleId,
      org_id: orgId,
      generated_at: first.calculated_at.toISOString(),
      window: windowOf({ start, end }),
      m1_failed_contact_rate: figure('M1'),
      m2_p50_seconds_to_connection: figure('M2_P50'),
      m2_p75_seconds_to_connection: figure('M2_P75'),
      m2_p90_seconds_to_connection: figure('M2_P90'),
      m3_referral_completion_capture_rate: figure('M3'),
      m4_freshness_sla_compliance: figure('M4'),
      m5_repeat_failure_rate: figure('M5'),
      m6_data_decay_fatal_error_rate: figure('M6'),
      m7_preference_fit_indicator: figure('M7'),
    },
    metrics: rows.map(({ value, calculated_at, previous_value, previous_calculated_at, ...row }) => ({
      ...row,
      value: toNumber(value),
      calculated_at: calculated_at.toISOString(),
      previous: previous_calculated_at && {
        value: previous_value,
        calculated_at: previous_calculated_at.toISOString(),
      },
    })),
  };
}

/** Both baselines, as decimals in text, and the baseline run that they were read from; null when the request gave them. */
export interface Baselines {
  rate: string;
  p50: string;
  runId: string | null;
}

/** Where baselines are stored. */
export const baselineTables = ['baseline_runs', 'baseline_metrics'] as const;

/** The stored baseline run that Gate 1 compares an organisation with, and both baselines as they are in it. */
export async function readComparableRun(transaction: Transaction, orgId: string, cycleId: string) {
  const [latest] = await transaction.run(readStoredBaseline, [orgId, cycleId]);
  return latest;
}

/** Its baselines; undefined when there is no such run, or one of the two is null in it. */
export async function readStoredBaselines(
  transaction: Transaction,
  orgId: string,
  cycleId: string,
): Promise<Baselines | undefined> {
  const latest = await readComparableRun(transaction, orgId, cycleId);
  if (!latest?.rate || !latest.p50) return undefined;
  return { rate: latest.rate, p50: latest.p50, runId: latest.run_id };
}

/** Gate 1 against both baselines (spec 3). */
export async function judge(
  transaction: Transaction,
  { exact }: Figures,
  { rate, p50, runId }: Baselines,
): Promise<GateOne> {
  const measured = (['M1', 'M2_P50', 'M4', 'M3', 'M6'] as const).map((id) => exact.get(id) ?? null);
  const checks = await transaction.run(judgeGateOne, [rate, p50, ...measured]);
  const missed = checks.filter(({ pass }) => !pass).length;
  const decision =
    missed === 0 ? 'proceed' : missed === 1 ? 'iterate_one_more_cycle' : 'kill_weakest_and_rerun';
  const baseline_source = runId === null ? 'request' : 'stored';
  return { checks, passed_all: missed === 0, decision, baseline_source, baseline_run_id: runId };
}
