import { readApprovals } from '../../../../src/capabilities/gate-0/approvals/index.ts';
import { readClaims } from '../../../../src/capabilities/gate-0/claims/index.ts';
import { readPartners } from '../../../../src/capabilities/gate-0/partners/index.ts';
import { readThreatFindings } from '../../../../src/capabilities/gate-0/threat-findings/index.ts';
import type { Statement } from '../../../../src/database/statement.ts';
import { cycle } from '../../../support/service.ts';

type Body = Record<string, unknown>;

/** What the four kinds of records of Gate 0 have in common is tested from this table. */
export interface RecordKind {
  path: string;
  table: string;
  /** Ids in their order, one for each thing that is tested. */
  ids: readonly [string, string, string, string, string];
  /** Every field but the optional ones. */
  body: Body;
  /** A field that may be given another value without breaking a rule. */
  change: Body;
  /** What an answer says of the fields that `body` leaves out. */
  leftOut: Body;
  /** The fields of free text, and the most that each holds. */
  texts: Readonly<Record<string, number>>;
  readCurrent: Statement<{ id: string; revision: number }>;
}

const ids = ['a-first', 'b-second', 'c-third', 'd-fourth', 'e-fifth'] as const;

export const recordKinds: readonly RecordKind[] = [
  {
    path: '/gate-0/approvals',
    table: 'gate_0_approvals',
    ids: ['D1', 'D2', 'D3', 'D5', 'D6'],
    body: {
      choice: 'Reach a service at the first attempt',
      owner: 'governance-lead',
      decision_date: '2026-03-10',
      status: 'open',
    },
    change: { choice: 'Shorten the way to a service' },
    leftOut: {
      unlock_reason_code: null,
      providers_min: null,
      providers_max: null,
      frontline_min: null,
      frontline_max: null,
    },
    texts: { choice: 500, owner: 120 },
    readCurrent: readApprovals,
  },
  {
    path: '/gate-0/threat-findings',
    table: 'gate_0_threat_findings',
    ids,
    body: { severity: 'high', likelihood: 'medium', status: 'open' },
    change: { status: 'mitigating' },
    leftOut: { mitigation: null, owner: null, due_date: null, is_overdue: false },
    texts: { mitigation: 500, owner: 120 },
    readCurrent: readThreatFindings,
  },
  {
    path: '/gate-0/claims',
    table: 'gate_0_claims',
    ids,
    body: { source_kind: 'external_agent', status: 'open' },
    change: { status: 'investigate' },
    leftOut: { evidence_reference: null },
    texts: { evidence_reference: 300 },
    readCurrent: readClaims,
  },
  {
    path: '/gate-0/partners',
    table: 'gate_0_partners',
    ids,
    body: { pilot_cycle_id: cycle, role: 'provider', name: 'A food bank', status: 'candidate' },
    change: { status: 'confirmed' },
    leftOut: { org_id: null },
    texts: { name: 200 },
    readCurrent: readPartners,
  },
];
