import { randomUUID } from 'node:crypto';
import { storeBaseline } from './baselines.ts';
import { contactAttemptBody, later, referralBody } from './events.ts';
import { type Caller, cycle, otherService, service, type TestService } from './service.ts';

/** Puts at least one row of each organisation into every table that organisations have, through the API where it can. */
export async function seedBothOrganizations(testService: TestService): Promise<void> {
  await seed(testService.owner, testService.orgA, service);
  await seed(testService.ownerB, testService.orgB, otherService);
  for (const orgId of [testService.orgA, testService.orgB]) await storeBaseline(testService, orgId);
  await testService.appAdmin.post('/metrics/recompute', { pilot_cycle_id: cycle });
  await testService.appAdmin.post('/integration-feasibility', {
    decision: 'go',
    decision_date: '2026-03-01',
    redline_checklist_version: 'v1',
    violations: [],
    compensating_controls: [],
    owners: ['governance-lead'],
  });
  await testService.appAdmin.put('/integration-feasibility/controls/C1', {
    owner: 'legal-lead',
    due_date: '2026-03-20',
    status: 'complete',
    evidence_reference: 'legal-review',
  });
}

async function seed(caller: Caller, orgId: string, scoped: string): Promise<void> {
  const attempt = randomUUID();
  const referral = randomUUID();
  const common = { pilot_cycle_id: cycle, org_id: orgId, service_id: service };
  const requests: [string, Record<string, unknown>][] = [
    ['/events/contact-attempt', contactAttemptBody(orgId, { id: attempt })],
    ['/events/referral', referralBody(orgId, { id: referral })],
    ['/events/connection', { ...common, connected_at: later, contact_attempt_event_id: attempt }],
    ['/events/service-status', { ...common, checked_at: later, status_code: 'available' }],
    [
      '/events/data-decay-audit',
      { ...common, audited_at: later, is_fatal: false, verification_mode: 'web_only' },
    ],
    [
      '/events/preference-fit',
      {
        pilot_cycle_id: cycle,
        org_id: orgId,
        cohort_label: 'youth',
        recorded_at: later,
        preferred_via_careconnect: true,
      },
    ],
    ['/scope/services', { ...common, service_id: scoped, sla_tier: 'crisis' }],
    ['/metrics/recompute', { pilot_cycle_id: cycle, org_id: orgId }],
  ];
  for (const [path, body] of requests) {
    const answer = await caller.post(path, body);
    if (answer.status > 201) throw new Error(`seeding ${path} answered ${answer.status}`);
  }
}
