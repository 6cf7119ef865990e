/** What the description of the API shows: a pilot that may go ahead once its first control is complete. */

const redlines = {
  no_raw_query_text: 'pass',
  no_forced_user_identifying_telemetry: 'pass',
  no_reidentification_capability: 'pass',
  no_retention_conflict: 'fail',
  auditable_consent_and_privacy: 'pass',
};

export const conditionalExample = {
  id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e18',
  decision: 'conditional',
  decision_date: '2026-03-01',
  redline_checklist_version: 'redlines-v1',
  violations: ['retention_policy_conflict'],
  compensating_controls: ['Retention mapped and approved before activation'],
  owners: ['governance-lead'],
  redlines,
};

export const blockedExample = {
  ...conditionalExample,
  id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e19',
  decision: 'blocked',
  violations: ['raw_query_text_required'],
  compensating_controls: [],
  redlines: { ...redlines, no_raw_query_text: 'fail', no_retention_conflict: 'pass' },
  contingency: {
    kind: 'narrow_scope',
    trigger: 'The partner still asks for the text of queries when the review ends',
    owner: 'governance-lead',
  },
};

const provenance = {
  recorded_at: '2026-03-01T15:04:05.678Z',
  recorded_by: '0190a6ef-1111-7000-8000-000000000009',
  service_version: '0.1.0',
};

export const decisionExample = { ...conditionalExample, contingency: null, ...provenance };

export const controlExample = {
  id: 'C1',
  owner: 'legal-lead',
  due_date: '2026-03-20',
  status: 'pending',
  evidence_reference: null,
  is_overdue: true,
  revision: 1,
  ...provenance,
};

export const currentExample = {
  decision: decisionExample,
  controls: [
    controlExample,
    {
      ...controlExample,
      id: 'C2',
      status: 'complete',
      evidence_reference: 'retention-map-2026-03',
      is_overdue: false,
      revision: 2,
    },
  ],
  integration_activation_allowed: false,
  reasons: [
    {
      code: 'control_overdue',
      message: 'A control is past its due date, and counts as open.',
      refs: ['C1'],
    },
  ],
};
