import { z } from 'zod';
import { isReproduced, readBaselines } from '../../capabilities/baseline/index.ts';
import { readApprovals } from '../../capabilities/gate-0/approvals/index.ts';
import { readClaims } from '../../capabilities/gate-0/claims/index.ts';
import { readPartners } from '../../capabilities/gate-0/partners/index.ts';
import { readThreatFindings } from '../../capabilities/gate-0/threat-findings/index.ts';
import { isOverdue } from '../../capabilities/integration-feasibility/activation.ts';
import { readDecisions, readIntegrationState } from '../../capabilities/integration-feasibility/state.ts';
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
  'pilot_service_scope',
] as const;

/** What D4 approves when it names no numbers (spec 5, G0-1). */
const usualRange = { providers_min: 5, providers_max: 10, frontline_min: 2, frontline_max: 3 };

export type GateZeroRecords = NonNullable<Awaited<ReturnType<typeof readGateZeroRecords>>>;

/**
 * Everything that Gate 0 is judged by, as it had arrived at a moment (null is now); undefined when there is no such cycle. The transaction
 * needs the eyes of the evaluator, or of pilot_owner. Baselines are computed again from what is stored now, and days are in UTC.
 */
export async function readGateZeroRecords(transaction: Transaction, cycleId: string, asOf: Date | null) {
  const { moment } = await transaction.one(readMoment, [asOf]);
  const all = [moment, null, null];
  const [[cycle], approvals, claims, allPartners, findings, { controls }, decisions, runs] =
    await Promise.all([
      transaction.run(readCycle, [cycleId]),
      transaction.run(readApprovals, all),
      transaction.run(readClaims, all),
      transaction.run(readPartners, all),
      transaction.run(readThreatFindings, all),
      readIntegrationState(transaction, moment),
      transaction.run(readDecisions, all),
      transaction.run(readBaselines, [moment, cycleId, null]),
    ]);
  if (!cycle) return undefined;
  const partners = allPartners.filter(({ pilot_cycle_id }) => pilot_cycle_id === cycleId);
  const atTheFront = partners
    .filter(({ status }) => status !== 'withdrawn')
    .flatMap(({ org_id }) => org_id ?? []);
  const organizations = await transaction.run(readFrontlineOrganizations, [cycleId, atTheFront, moment]);
  const baselines: ((typeof runs)[number] & { is_reproduced: boolean })[] = [];
  for (const run of runs) baselines.push({ ...run, is_reproduced: await isReproduced(transaction, run) });
  const today = moment.toISOString().slice(0, 10);
  return {
    moment,
    cycle,
    approvals,
    claims,
    partners,
    findings,
    controls: controls.map((control) => ({ ...control, is_overdue: isOverdue(control, today) })),
    decisions,
    baselines,
    organizationIds: organizations.map(({ org_id }) => org_id),
    partnerRange: rangeOf(approvals.find(({ id }) => id === 'D4')),
  };
}

type Range = { [Name in keyof typeof usualRange]: number | null };

function rangeOf(approval: Range | undefined): typeof usualRange {
  const named = (name: keyof typeof usualRange) => approval?.[name] ?? usualRange[name];
  return {
    providers_min: named('providers_min'),
    providers_max: named('providers_max'),
    frontline_min: named('frontline_min'),
    frontline_max: named('frontline_max'),
  };
}
