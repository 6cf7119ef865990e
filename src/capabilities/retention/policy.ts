/** The retention policy (spec 5), as data. Windows are constants: whoever changes one changes a decision that was approved. */

interface Field {
  table: string;
  /** What kind of fields the rows hold. */
  field_class: string;
}

/** Rows that go some day. */
export interface Rule extends Field {
  /** How long a row stays after its trigger, as PostgreSQL and people read it. */
  window: string;
  /** The last day of the row's cycle, the moment of its calculation, or the arrival of the one that replaced it. */
  trigger: 'cycle_ended' | 'calculated' | 'superseded';
}

/** Rows that no window ends. */
interface KeptTable extends Field {
  because: string;
}

const afterCycle = { window: '24 months', trigger: 'cycle_ended' } as const;
const figures = { field_class: 'figures', window: '60 months', trigger: 'calculated' } as const;
const record = { field_class: 'governance records', window: '365 days', trigger: 'superseded' } as const;

/** In the order in which rows go: whatever refers to a row goes before it. */
export const rules: readonly Rule[] = [
  { table: 'pilot_connection_events', field_class: 'events', ...afterCycle },
  {
    table: 'pilot_contact_attempt_events',
    field_class: 'events, with keyed hashes of people',
    ...afterCycle,
  },
  { table: 'pilot_referral_event_history', field_class: 'event history', ...afterCycle },
  { table: 'pilot_referral_events', field_class: 'events', ...afterCycle },
  { table: 'service_operational_status_events', field_class: 'events', ...afterCycle },
  { table: 'pilot_data_decay_audits', field_class: 'events', ...afterCycle },
  { table: 'pilot_preference_fit_events', field_class: 'events', ...afterCycle },
  { table: 'pilot_service_scope_history', field_class: 'scope history', ...afterCycle },
  { table: 'pilot_service_scope', field_class: 'scope', ...afterCycle },
  { table: 'pilot_metric_snapshots', ...figures },
  { table: 'pilot_cycle_metric_snapshots', ...figures },
  { table: 'pilot_integration_feasibility_decisions', ...record, field_class: 'decisions' },
  // One line for each kind of governance record, and its two policies in migration 022.
  { table: 'gate_0_approvals', ...record },
  { table: 'gate_0_threat_findings', ...record },
  { table: 'gate_0_claims', ...record },
  { table: 'gate_0_partners', ...record },
  { table: 'integration_controls', ...record },
];

export const keptTables: readonly KeptTable[] = [
  {
    table: 'baseline_runs',
    field_class: 'baselines',
    because: 'Gate 0 and Gate 1 are judged by them.',
  },
  {
    table: 'baseline_metrics',
    field_class: 'baselines',
    because: 'Gate 0 and Gate 1 are judged by them.',
  },
  { table: 'organizations', field_class: 'register', because: 'Events and figures refer to it.' },
  { table: 'pilot_cycles', field_class: 'register', because: 'Events and figures refer to it.' },
  { table: 'services', field_class: 'register', because: 'Events refer to it; it holds no contact details.' },
  {
    table: 'organization_members',
    field_class: 'account ids',
    because: '"member remove" deletes them when somebody leaves.',
  },
  {
    table: 'app_admins',
    field_class: 'account ids',
    because: '"admin remove" deletes them when somebody leaves.',
  },
  { table: 'retention_runs', field_class: 'counts of deletions', because: 'They are the evidence.' },
  { table: 'entity_key_fingerprint', field_class: 'bookkeeping', because: 'The database needs it.' },
  { table: 'schema_migrations', field_class: 'bookkeeping', because: 'The database needs it.' },
];

/** What stays although its window has passed. */
export const exceptions: readonly string[] = [
  'the latest decision, and the latest revision of every governance record',
  'every revision of an approval that is locked, and the decision and the revision of every other record that held when it was locked',
  'what a stored baseline was computed from: its events, the anchors of its connections, its scope',
];

export const executor = 'an operator, with "retention plan" and "retention apply"';
export const evidence = 'counts in pilot.retention_runs, shown by "retention log"';
