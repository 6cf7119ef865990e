import { v5 as uuidv5 } from 'uuid';
import { recordBaseline } from '../capabilities/baseline/index.ts';
import { inOneTransaction, nobody } from '../database/database.ts';
import type { RunningService } from '../service.ts';
import type { DemoClient } from './client.ts';
import { demoCycle } from './windows.ts';

/**
 * What governance leads have recorded when the demo begins: made up, and the same at every run. One control is still pending and
 * providers are missing, so that the verdict has something to say.
 */

const namespace = 'c1f5a0c5-64a2-4d7e-9f0b-2f4f4f8f3d11';
const owner = 'governance-lead';
const day = '2026-02-27';
const baselineDays = { startDate: '2026-02-02', endDate: '2026-03-02' };

const choices = {
  D1: 'Reach a service at the first attempt',
  D2: 'No words about people are stored, anywhere',
  D3: 'Housing intake in Kingston',
  D4: 'Five to ten providers and two to three frontline organisations',
  D5: 'Stop the weakest path when a gate is missed twice',
  D6: 'Five redlines, checked before every activation',
  D7: 'Narrow the scope when the integration is blocked',
} as const;

const records: readonly (readonly [path: string, body: object])[] = [
  ...Object.entries(choices).map(
    ([id, choice]) =>
      [`/gate-0/approvals/${id}`, { choice, owner, decision_date: day, status: 'locked' }] as const,
  ),
  ['/integration-feasibility/controls/C1', { owner, due_date: '2026-03-20', status: 'pending' }],
  ...['C2', 'C3'].map((code) => {
    const complete = {
      owner,
      due_date: '2026-02-20',
      status: 'complete',
      evidence_reference: `evidence/${code}.pdf`,
    };
    return [`/integration-feasibility/controls/${code}`, complete] as const;
  }),
  [
    '/gate-0/threat-findings/lost-device',
    {
      severity: 'high',
      likelihood: 'medium',
      status: 'mitigating',
      mitigation: 'Storage is encrypted, and locks after five minutes',
      owner: 'security-lead',
      due_date: '2026-04-30',
    },
  ],
  [
    '/gate-0/claims/intake-hours',
    { source_kind: 'public_record', status: 'validated', evidence_reference: 'evidence/intake-hours.pdf' },
  ],
  ...['north', 'east', 'south'].map((place) => {
    const provider = {
      pilot_cycle_id: demoCycle,
      role: 'provider',
      name: `Demo provider ${place}`,
      status: 'confirmed',
    };
    return [`/gate-0/partners/provider-${place}`, provider] as const;
  }),
];

/** Sends the records, as an app admin, and one frontline partner for each organisation. */
export async function recordGovernance(
  api: DemoClient,
  token: string,
  organizations: readonly { name: string; orgId: string }[],
): Promise<void> {
  await api.send('POST', '/integration-feasibility', token, {
    id: uuidv5('decision', namespace),
    decision: 'conditional',
    decision_date: day,
    redline_checklist_version: 'demo-redlines-v1',
    redlines: {
      no_raw_query_text: 'pass',
      no_forced_user_identifying_telemetry: 'pass',
      no_reidentification_capability: 'pass',
      no_retention_conflict: 'fail',
      auditable_consent_and_privacy: 'pass',
    },
    violations: ['retention_policy_conflict'],
    compensating_controls: ['Retention is mapped and approved before activation'],
    owners: [owner],
  });
  for (const [path, body] of records) await api.send('PUT', path, token, body);
  for (const { name, orgId } of organizations) {
    const frontline = {
      pilot_cycle_id: demoCycle,
      role: 'frontline',
      name,
      status: 'confirmed',
      org_id: orgId,
    };
    // An id with a UUID in it could pass for a telephone number; a whole one is known as such.
    await api.send('PUT', `/gate-0/partners/${orgId}`, token, frontline);
  }
}

/**
 * Measures what was before the pilot, as the command does it: calls and connections, and nothing else, which a baseline says as
 * it is. The scope is complete by then; a change of it would change what is measured.
 */
export async function recordBaselines(
  { embedded }: RunningService,
  orgIds: readonly string[],
): Promise<void> {
  if (!embedded) return;
  const options = { userId: nobody, mode: 'snapshot', statementTimeoutMs: 60_000 } as const;
  for (const orgId of orgIds) {
    await inOneTransaction(embedded.ownerUrl, options, (transaction) =>
      recordBaseline(transaction, { cycleId: demoCycle, orgId, ...baselineDays }, new Date()),
    );
  }
}
