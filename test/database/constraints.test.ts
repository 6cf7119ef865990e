import type pg from 'pg';
import t from 'tap';
import { seedBothOrganizations } from '../support/seed.ts';
import { cycle, startTestService } from '../support/service.ts';

/**
 * The database refuses what the API refuses, whoever writes: each case changes one thing about a row that is there and
 * inserts it as a superuser, whom neither row-level security nor grants hold back.
 */
const testService = await startTestService(t);
await seedBothOrganizations(testService);
for (const [path, body] of [
  ['threat-findings', { severity: 'high', likelihood: 'low', status: 'open', due_date: '2026-03-15' }],
  ['claims', { source_kind: 'internal', status: 'validated', evidence_reference: 'claim-log row 7' }],
  [
    'partners',
    {
      pilot_cycle_id: cycle,
      role: 'frontline',
      name: 'A health centre',
      status: 'confirmed',
      org_id: testService.orgA,
    },
  ],
] as const) {
  await testService.appAdmin.put(`/gate-0/${path}/first`, body);
}

const decisions = 'pilot_integration_feasibility_decisions';
const contingency = "contingency_kind = 'narrow_scope', contingency_trigger = 'x', contingency_owner = 'x'";
const controls = 'integration_controls';
const id = { attempts: 'pilot_contact_attempt_events', referrals: 'pilot_referral_events' } as const;

const cases: readonly [table: string, change: string, why: string][] = [
  [id.attempts, "pilot_cycle_id = 'has spaces'", 'an identifier with spaces'],
  [id.attempts, "pilot_cycle_id = 'call-613-555-0123'", 'an identifier with a telephone number'],
  [id.attempts, "service_id = repeat('a', 101)", 'an identifier that is too long'],
  [id.attempts, "entity_key_hash = 'short'::bytea", 'a hash of the wrong length'],
  [id.attempts, "attempt_channel = 'fax'", 'an unknown channel'],
  [id.attempts, "attempt_outcome = 'fine'", 'an unknown outcome'],
  [id.attempts, "outcome_notes_code = 'she said'", 'an unknown note code'],
  [id.attempts, "resolved_at = attempted_at - interval '1 ms'", 'resolved before attempted'],
  [id.attempts, "attempted_at = '1999-12-31T23:59:59.999Z'", 'a time before 2000'],
  [id.attempts, "attempted_at = now() + interval '1 hour'", 'a time in the future'],
  [id.attempts, 'attempted_at = NULL', 'no time'],
  [id.attempts, 'service_version = NULL', 'no version stamp'],
  [id.attempts, "service_id = 'unknown'", 'a service that is not registered'],
  [id.attempts, "pilot_cycle_id = 'unknown'", 'a cycle that is not registered'],
  [id.attempts, 'recorded_by_org_id = gen_random_uuid()', 'an organisation that does not exist'],
  [id.referrals, "referral_state = 'lost'", 'an unknown state'],
  [id.referrals, "referral_state = 'connected'", 'a terminal state without its time'],
  [id.referrals, 'terminal_at = created_at', 'a terminal time without a terminal state'],
  [id.referrals, "updated_at = created_at - interval '1 ms'", 'updated before created'],
  [id.referrals, "failure_reason_code = 'ineligible'", 'a reason without a failure'],
  [
    id.referrals,
    "referral_state = 'connected', terminal_at = created_at, failure_reason_code = 'ineligible'",
    'a reason with a success',
  ],
  ['pilot_referral_event_history', 'updated_at = updated_at', 'the same update twice'],
  [
    'pilot_referral_event_history',
    "updated_at = updated_at + interval '1 s', referral_id = gen_random_uuid()",
    'a history of nothing',
  ],
  ['pilot_connection_events', 'contact_attempt_event_id = NULL', 'no anchor'],
  ['pilot_connection_events', 'referral_event_id = gen_random_uuid()', 'two anchors'],
  [
    'pilot_connection_events',
    'contact_attempt_event_id = gen_random_uuid()',
    'an anchor that does not exist',
  ],
  ['service_operational_status_events', "status_code = 'maybe'", 'an unknown status'],
  ['pilot_data_decay_audits', 'is_fatal = true', 'a fatal error without its category'],
  [
    'pilot_data_decay_audits',
    "fatal_error_category = 'wrong_or_disconnected_phone'",
    'a category without a fatal error',
  ],
  ['pilot_data_decay_audits', "verification_mode = 'guess'", 'an unknown verification mode'],
  ['pilot_preference_fit_events', "cohort_label = 'two words'", 'a cohort label with spaces'],
  ['pilot_service_scope', "sla_tier = 'whenever'", 'an unknown tier'],
  ['pilot_service_scope', 'sla_tier = sla_tier', 'a second entry for one service'],
  ...['pilot_metric_snapshots', 'pilot_cycle_metric_snapshots'].flatMap(
    (table): [string, string, string][] => [
      [table, "metric_id = 'M8'", 'an unknown metric'],
      [table, "window_start = '2026-03-02', window_end = '2026-03-02'", 'an empty window'],
      [table, 'value = NULL, note = NULL', 'no value and no reason'],
      [table, "quality = 'splendid'", 'an unknown quality'],
      [table, 'recompute_id = recompute_id', 'a metric of one recompute twice'],
    ],
  ),
  ['baseline_runs', 'end_date = start_date', 'a window of no days'],
  ['baseline_runs', 'window_end = window_start', 'an empty window'],
  ['baseline_runs', "calculated_at = window_end - interval '1 ms'", 'a window that was not over'],
  ['baseline_runs', "pilot_cycle_id = 'unknown'", 'a cycle that is not registered'],
  ['pilot_integration_feasibility_decisions', "decision = 'perhaps'", 'an unknown decision'],
  ['pilot_integration_feasibility_decisions', "violations = '{auditability_gap}'", 'a go with a violation'],
  ['pilot_integration_feasibility_decisions', "decision = 'conditional'", 'a condition without a control'],
  [
    'pilot_integration_feasibility_decisions',
    "decision = 'blocked', violations = '{auditability_gap,auditability_gap}'",
    'a violation twice',
  ],
  ['pilot_integration_feasibility_decisions', "owners = '{}'", 'no owner'],
  [
    'pilot_integration_feasibility_decisions',
    "redline_checklist_version = repeat('v', 51)",
    'a version that is too long',
  ],
  [decisions, "no_raw_query_text = 'maybe'", 'an unknown result of a redline'],
  [decisions, "no_raw_query_text = 'pass'", 'a go with a redline that did not pass'],
  [
    decisions,
    "decision = 'conditional', compensating_controls = '{x}', violations = '{auditability_gap}', no_retention_conflict = 'fail'",
    'a violation whose redline did not fail',
  ],
  [decisions, "decision = 'blocked', no_retention_conflict = 'fail'", 'a blocked with redlines alone'],
  [
    decisions,
    "decision = 'blocked', contingency_kind = 'narrow_scope', contingency_trigger = 'x'",
    'half a contingency',
  ],
  [
    decisions,
    `decision = 'blocked', ${contingency.replace('narrow_scope', 'hope')}`,
    'an unknown contingency',
  ],
  [decisions, contingency, 'a contingency of a go'],
  [controls, "id = 'c9'", 'a control in small letters'],
  [controls, "id = repeat('C', 21)", 'a code that is too long'],
  [controls, "id = 'C9', due_date = '1999-12-31'", 'a due date of another century'],
  [controls, "id = 'C9', status = 'perhaps'", 'an unknown status'],
  [controls, "id = 'C9', status = 'pending'", 'evidence of what is pending'],
  [controls, "id = 'C9', evidence_reference = NULL", 'a complete control without evidence'],
  [controls, "id = 'C9', revision = 0", 'a revision before the first'],
  ['gate_0_threat_findings', "severity = 'dreadful'", 'an unknown severity'],
  ['gate_0_threat_findings', "likelihood = 'critical'", 'an unknown likelihood'],
  ['gate_0_threat_findings', "status = 'closed'", 'an unknown status'],
  ['gate_0_threat_findings', "mitigation = repeat('m', 501)", 'a mitigation that is too long'],
  ['gate_0_threat_findings', "owner = ''", 'an owner without a name'],
  ['gate_0_threat_findings', "due_date = '1999-12-31'", 'a due date before 2000'],
  ['gate_0_threat_findings', 'revision = 0', 'a revision before the first'],
  ['gate_0_threat_findings', "id = 'call-613-555-0134'", 'an id with a telephone number'],
  ['gate_0_threat_findings', 'recorded_by = NULL', 'a record by nobody'],
  ['gate_0_claims', "source_kind = 'rumour'", 'an unknown source'],
  ['gate_0_claims', "status = 'believed'", 'an unknown status'],
  ['gate_0_claims', 'evidence_reference = NULL', 'a validated claim without evidence'],
  ['gate_0_claims', "evidence_reference = repeat('e', 301)", 'a reference that is too long'],
  ['gate_0_partners', "role = 'funder'", 'an unknown role'],
  ['gate_0_partners', "status = 'maybe'", 'an unknown status'],
  ['gate_0_partners', 'org_id = NULL', 'a frontline partner that is no organisation here'],
  ['gate_0_partners', "role = 'provider'", 'a provider that is an organisation here'],
  ['gate_0_partners', 'org_id = gen_random_uuid()', 'an organisation that does not exist'],
  ['gate_0_partners', "pilot_cycle_id = 'unknown'", 'a cycle that is not registered'],
  ['gate_0_partners', "name = repeat('n', 201)", 'a name that is too long'],
];

/** Inserts a copy of one row of `table`, under a new id, with `change` applied. */
async function insertChanged(client: pg.Client, table: string, change: string): Promise<string> {
  await client.query('BEGIN');
  try {
    await client.query(`CREATE TEMPORARY TABLE copy ON COMMIT DROP AS SELECT * FROM pilot.${table} LIMIT 1`);
    const { rows } = await client.query<{ name: string }>(`
      SELECT attname::text AS name FROM pg_attribute
      WHERE attrelid = 'pilot.${table}'::regclass AND attnum > 0 AND attidentity = ''`);
    const columns = rows.map(({ name }) => name);
    if (columns.includes('id')) await client.query('UPDATE copy SET id = gen_random_uuid()');
    await client.query(`UPDATE copy SET ${change}`);
    await client.query(
      `INSERT INTO pilot.${table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM copy`,
    );
    return 'accepted';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'failed';
  } finally {
    await client.query('ROLLBACK');
  }
}

t.test(
  'a copy of a row under a new id is accepted, so that a refusal below means its one change',
  async (t) => {
    await testService.asSuperuser(async (client) => {
      for (const table of new Set(cases.map(([name]) => name))) {
        const change = {
          pilot_referral_event_history: "updated_at = updated_at + interval '1 s'",
          pilot_service_scope: "pilot_cycle_id = 'cycle-b'",
          pilot_metric_snapshots: 'recompute_id = gen_random_uuid()',
          pilot_cycle_metric_snapshots: 'recompute_id = gen_random_uuid()',
          integration_controls: "id = 'C9'",
        }[table];
        t.equal(await insertChanged(client, table, change ?? "service_version = 'test'"), 'accepted', table);
      }
    });
  },
);

for (const [table, change, why] of cases) {
  t.test(`${table} refuses ${why}`, async (t) => {
    await testService.asSuperuser(async (client) => {
      t.match(await insertChanged(client, table, change), /^23(502|503|505|514)$/);
    });
  });
}
