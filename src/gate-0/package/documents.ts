import { baselineDocument, baselineMarkdown } from '../../capabilities/baseline/report.ts';
import type { Provenance } from '../../capabilities/governance-records.ts';
import { activation } from '../../capabilities/integration-feasibility/activation.ts';
import { bullets, document, plain, table } from '../../capabilities/markdown.ts';
import { type GateZeroRecords, partnerRangeOf } from '../verdict/records.ts';
import type { VerdictAnswer } from '../verdict/schema.ts';

/** One document of the package, for machines and for people. */
export interface PackageDocument {
  name: string;
  title: string;
  data: unknown;
  markdown: string;
}

const states = { pass: 'passes', fail: 'FAILS', pending: 'is pending' } as const;

export function gateEvaluation(verdict: VerdictAnswer): PackageDocument {
  const title = 'Evaluation of Gate 0';
  const { checks, pilot_cycle_id, as_of } = verdict;
  return {
    name: 'gate-evaluation',
    title,
    data: verdict,
    markdown: document(
      `# ${title}`,
      `Cycle ${plain(pilot_cycle_id)}, by the records that had arrived by ${as_of}.`,
      `**${verdict.verdict === 'go' ? 'GO: every check passes.' : 'NO GO: not every check passes.'}**`,
      table(
        ['check', 'what has to hold', 'state', 'why'],
        checks.map(({ id, title, status, reason }) => [id, title, states[status], plain(reason)]),
      ),
      '## What decided',
      table(
        ['check', 'records'],
        checks.map(({ id, references }) => [
          id,
          references
            .map(
              (one) =>
                `${one.kind.replace('_', ' ')} ${plain(one.id)}${one.revision ? ` (revision ${one.revision})` : ''}`,
            )
            .join(', ') || null,
        ]),
      ),
      'The verdict is computed from the records. Nobody can set it.',
    ),
  };
}

export function approvalsRecord({ approvals }: GateZeroRecords): PackageDocument {
  const title = 'Approvals D1 to D7';
  return {
    name: 'approvals',
    title,
    data: { approvals },
    markdown: document(
      `# ${title}`,
      tableOrNone(
        ['approval', 'choice', 'owner', 'date', 'status', ...provenanceHead],
        approvals.map((approval) => [
          approval.id,
          plain(approval.choice),
          plain(approval.owner),
          approval.decision_date,
          approval.status,
          ...provenanceCells(approval),
        ]),
      ),
    ),
  };
}

export function decisionRecord({ decisions, controls }: GateZeroRecords, asOf: string): PackageDocument {
  const title = 'Integration feasibility: decisions and controls';
  const [latest] = decisions;
  const state = activation({ decision: latest ?? null, controls, today: asOf.slice(0, 10) });
  return {
    name: 'integration-decision',
    title,
    data: { ...state, decisions, controls },
    markdown: document(
      `# ${title}`,
      `Activation is **${state.integration_activation_allowed ? 'allowed' : 'not allowed'}**${state.reasons.length > 0 ? ':' : '.'}`,
      bullets(state.reasons.map(({ message, refs }) => plain([message, refs.join(', ')].join(' ').trim()))),
      '## The decision that governs',
      latest
        ? document(
            `**${latest.decision}** of ${latest.decision_date}, by checklist ${plain(latest.redline_checklist_version)}; owners: ${plain(latest.owners.join(', '))}.`,
            table(
              ['redline', 'found'],
              Object.entries(latest.redlines).map(([name, found]) => [name.replaceAll('_', ' '), found]),
            ),
            latest.violations.length > 0 ? `Violations: ${plain(latest.violations.join(', '))}.` : undefined,
            bullets(latest.compensating_controls.map(plain)),
            latest.contingency
              ? `Contingency: ${plain(latest.contingency.kind)}, when ${plain(latest.contingency.trigger)}; owner ${plain(latest.contingency.owner)}.`
              : undefined,
          ).trimEnd()
        : 'None is recorded.',
      '## Controls',
      tableOrNone(
        ['control', 'owner', 'due', 'status', 'evidence', ...provenanceHead],
        controls.map((control) => [
          control.id,
          plain(control.owner),
          control.due_date,
          control.is_overdue ? `${control.status}, overdue` : control.status,
          control.evidence_reference && plain(control.evidence_reference),
          ...provenanceCells(control),
        ]),
      ),
      '## Earlier decisions',
      decisions.length < 2
        ? 'None.'
        : table(
            ['decision', 'date', 'checklist', 'arrived'],
            decisions
              .slice(1)
              .map((one) => [
                one.decision,
                one.decision_date,
                plain(one.redline_checklist_version),
                one.recorded_at,
              ]),
          ),
    ),
  };
}

export function threatReport({ findings }: GateZeroRecords): PackageDocument {
  const title = 'Threat findings';
  return {
    name: 'threat-report',
    title,
    data: { threat_findings: findings },
    markdown: document(
      `# ${title}`,
      tableOrNone(
        ['finding', 'severity', 'likelihood', 'status', 'mitigation', 'owner', 'due', ...provenanceHead],
        findings.map((finding) => [
          plain(finding.id),
          finding.severity,
          finding.likelihood,
          finding.status,
          finding.mitigation && plain(finding.mitigation),
          finding.owner && plain(finding.owner),
          finding.due_date,
          ...provenanceCells(finding),
        ]),
      ),
    ),
  };
}

export function claimLog({ claims }: GateZeroRecords): PackageDocument {
  const title = 'Claims, and what became of them';
  return {
    name: 'claim-log',
    title,
    data: { claims },
    markdown: document(
      `# ${title}`,
      tableOrNone(
        ['claim', 'source', 'status', 'evidence', ...provenanceHead],
        claims.map((claim) => [
          plain(claim.id),
          claim.source_kind.replaceAll('_', ' '),
          claim.status,
          claim.evidence_reference && plain(claim.evidence_reference),
          ...provenanceCells(claim),
        ]),
      ),
    ),
  };
}

export function partnerList(records: GateZeroRecords): PackageDocument {
  const { partners } = records;
  const title = 'Partners';
  const approved = partnerRangeOf(records);
  const { providers_min, providers_max, frontline_min, frontline_max } = approved;
  return {
    name: 'partners',
    title,
    data: { approved, partners },
    markdown: document(
      `# ${title}`,
      `Approved are ${providers_min} to ${providers_max} providers and ${frontline_min} to ${frontline_max} frontline organisations.`,
      tableOrNone(
        ['partner', 'name', 'role', 'status', ...provenanceHead],
        partners.map((partner) => [
          plain(partner.id),
          plain(partner.name),
          partner.role,
          partner.status,
          ...provenanceCells(partner),
        ]),
      ),
    ),
  };
}

/** The report of a run as the command wrote it. */
export function baselineReport({
  is_reproduced: _,
  ...run
}: GateZeroRecords['baselines'][number]): PackageDocument {
  return {
    name: `baseline-${run.id}`,
    title: `Baseline of ${run.org_name}`,
    data: baselineDocument(run),
    markdown: baselineMarkdown(run),
  };
}

function tableOrNone(...[head, rows]: Parameters<typeof table>): string {
  return rows.length === 0 ? 'None is recorded.' : table(head, rows);
}

const provenanceHead = ['revision', 'arrived'] as const;

function provenanceCells({ revision, recorded_at }: Provenance) {
  return [revision, recorded_at] as const;
}
