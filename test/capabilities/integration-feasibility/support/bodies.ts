/** Decisions with their redlines, and controls, each valid. */
type Body = Record<string, unknown>;

export const path = '/integration-feasibility';
export const redlineNames = [
  'no_raw_query_text',
  'no_forced_user_identifying_telemetry',
  'no_reidentification_capability',
  'no_retention_conflict',
  'auditable_consent_and_privacy',
];
export const allOf = (result: string): Record<string, string> =>
  Object.fromEntries(redlineNames.map((name) => [name, result]));
export const passes = allOf('pass');
export const unknowns = allOf('unknown');
export const contingency = {
  kind: 'narrow_scope',
  trigger: 'The partner asks for the text of queries again',
  owner: 'governance-lead',
};

let versions = 0;

export const go = (more: Body = {}): Body => ({
  decision: 'go',
  decision_date: '2026-03-01',
  redline_checklist_version: `checked-v${++versions}`,
  violations: [],
  compensating_controls: [],
  owners: ['governance-lead'],
  redlines: passes,
  ...more,
});
export const conditional = (more: Body = {}): Body =>
  go({ decision: 'conditional', compensating_controls: ['Retention is mapped first'], ...more });
export const blocked = (more: Body = {}): Body =>
  go({
    decision: 'blocked',
    violations: ['auditability_gap'],
    redlines: { ...passes, auditable_consent_and_privacy: 'fail' },
    contingency,
    ...more,
  });

export const control = (more: Body = {}): Body => ({
  owner: 'legal-lead',
  due_date: '2999-12-31',
  status: 'pending',
  ...more,
});
export const complete = (more: Body = {}): Body =>
  control({ status: 'complete', evidence_reference: 'legal-review-2026-03', ...more });
