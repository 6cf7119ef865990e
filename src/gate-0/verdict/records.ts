import { z } from 'zod';
import { isReproduced, readBaselines } from '../../capabilities/baseline/index.ts';
import type { BaselineRun } from '../../capabilities/baseline/schema.ts';
import { readApprovals } from '../../capabilities/gate-0/approvals/index.ts';
import { readClaims } from '../../capabilities/gate-0/claims/index.ts';
import { readPartners } from '../../capabilities/gate-0/partners/index.ts';
import { readThreatFindings } from '../../capabilities/gate-0/threat-findings/index.ts';
import { readControls, readDecisions } from '../../capabilities/integration-feasibility/state.ts';
import { measuredTables } from '../../capabilities/measure.ts';
import { loadStatement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';

const readCycle = loadStatement(
  import.meta.url,
  'read-cycle.sql',
  z.object({ id: z.string(), starts_on: z.string().nullable(), ends_on: z.string().nullable() }),
);
const readMoment = loadStatement(import.meta.url, 'read-moment.sql', z.object({ moment: z.date() }));

/** The cycles that are registered. */
export const readCycleIds = loadStatement(
  import.meta.url,
  'read-cycle-ids.sql',
  z.object({ id: z.string() }),
);

const readFrontlineOrganizations = loadStatement(
  import.meta.url,
  'read-frontline-organizations.sql',
  z.object({ org_id: z.string() }),
);

/** Tables that the verdict reads. */
export const verdictTables = [
  'gate_0_approvals',
  'gate_0_claims',
  'gate_0_partners',
  'gate_0_threat_findings',
  'integration_controls',
  'pilot_integration_feasibility_decisions',
  'baseline_runs',
  'baseline_metrics',
  'pilot_cycles',
  ...measuredTables,
] as const;

/** What D4 approves when it names no numbers (spec 5, G0-1). */
const usualRange = { providers_min: 5, providers_max: 10, frontline_min: 2, frontline_max: 3 };

/** A baseline, and whether its queries find the same again; null where another one decides, or none does. */
interface JudgedBaseline extends BaselineRun {
  is_reproduced: boolean | null;
}

export type GateZeroRecords = NonNullable<Awaited<ReturnType<typeof readGateZeroRecords>>>;

/**
 * Everything that Gate 0 is judged by, as it had arrived at a moment (null is now); undefined when there is no such cycle. The
 * transaction needs the eyes of the evaluator. The baselines that decide are computed again from what is stored now; days are in UTC.
 */
export async function readGateZeroRecords(transaction: Transaction, cycleId: string, asOf: Date | null) {
  const { moment } = await transaction.one(readMoment, [asOf]);
  const all = [moment, null, null];
  const [[cycle], approvals, claims, allPartners, findings, controls, decisions, runs] = await Promise.all([
    transaction.run(readCycle, [cycleId]),
    transaction.run(readApprovals, all),
    transaction.run(readClaims, all),
    transaction.run(readPartners, all),
    transaction.run(readThreatFindings, all),
    transaction.run(readControls, all),
    transaction.run(readDecisions, all),
    transaction.run(readBaselines, [moment, cycleId, null]),
  ]);
  if (!cycle) return undefined;
  const partners = allPartners.filter(({ pilot_cycle_id }) => pilot_cycle_id === cycleId);
  const atTheFront = partners
    .filter(({ status }) => status !== 'withdrawn')
    .flatMap(({ org_id }) => org_id ?? []);
  const organizations = await transaction.run(readFrontlineOrganizations, [cycleId, atTheFront, moment]);
  const decisive = new Set(decisiveBaselines(runs, cycle.starts_on));
  const baselines: JudgedBaseline[] = [];
  for (const run of runs) {
    const is_reproduced = decisive.has(run) ? await isReproduced(transaction, run) : null;
    baselines.push({ ...run, is_reproduced });
  }
  return {
    moment,
    cycle,
    approvals,
    claims,
    partners,
    findings,
    controls,
    decisions,
    baselines,
    organizationIds: organizations.map(({ org_id }) => org_id),
    partnerApproval: approvals.find(({ id, status }) => id === 'D4' && status === 'locked'),
  };
}

/** Of each organisation, the latest baseline that ended by the start of the cycle; `runs` are in the order of their arrival. */
function decisiveBaselines(runs: readonly BaselineRun[], startsOn: string | null): BaselineRun[] {
  const before = runs.filter(({ end_date }) => startsOn !== null && end_date <= startsOn);
  return [...new Map(before.map((run) => [run.org_id, run])).values()];
}

/** How many partners the locked D4 approves, or usually are where it names no numbers. */
export function partnerRangeOf({ partnerApproval: approval }: Pick<GateZeroRecords, 'partnerApproval'>) {
  return {
    providers_min: approval?.providers_min ?? usualRange.providers_min,
    providers_max: approval?.providers_max ?? usualRange.providers_max,
    frontline_min: approval?.frontline_min ?? usualRange.frontline_min,
    frontline_max: approval?.frontline_max ?? usualRange.frontline_max,
  };
}
