import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Test } from 'tap';
import { withClient } from '../../src/database/owner-connection.ts';
import { createCycle, createOrganization } from '../../src/database/provisioning.ts';
import { cloneDatabase, type DatabaseUrls } from './template-database.ts';

/** Rows of years ago, which the service would not take any more: written past it, by a superuser. */
type Row = Record<string, unknown>;

export class OldRows {
  readonly #client: pg.Client;
  readonly org: string;
  readonly otherOrg: string;

  constructor(client: pg.Client, org: string, otherOrg: string) {
    this.#client = client;
    this.org = org;
    this.otherOrg = otherOrg;
  }

  async insert(table: string, row: Row): Promise<void> {
    const columns = Object.keys(row);
    const values = columns.map((_, index) => `$${index + 1}`);
    await this.#client.query(
      `INSERT INTO pilot.${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`,
      Object.values(row),
    );
  }

  /** @returns the id */
  async attempt(cycle: string, at: string, org = this.org): Promise<string> {
    const id = randomUUID();
    await this.insert('pilot_contact_attempt_events', {
      recorded_by_org_id: org,
      id,
      pilot_cycle_id: cycle,
      service_id: 'service-one',
      entity_key_hash: Buffer.alloc(32, id),
      attempt_channel: 'phone',
      attempt_outcome: 'no_response',
      attempted_at: at,
    });
    return id;
  }

  /** A referral with the first row of its history. @returns the id */
  async referral(cycle: string, at: string, org = this.org): Promise<string> {
    const id = randomUUID();
    const state = { source_org_id: org, referral_state: 'initiated', updated_at: at };
    await this.insert('pilot_referral_events', {
      ...state,
      id,
      pilot_cycle_id: cycle,
      target_service_id: 'service-one',
      created_at: at,
    });
    await this.insert('pilot_referral_event_history', { ...state, referral_id: id });
    return id;
  }

  /** @returns the id */
  async connection(cycle: string, at: string, anchor: Row, org = this.org): Promise<string> {
    const id = randomUUID();
    const common = { org_id: org, id, pilot_cycle_id: cycle, service_id: 'service-one' };
    await this.insert('pilot_connection_events', { ...common, connected_at: at, ...anchor });
    return id;
  }

  async statusCheck(cycle: string, at: string, org = this.org): Promise<void> {
    const common = { org_id: org, id: randomUUID(), pilot_cycle_id: cycle, service_id: 'service-one' };
    await this.insert('service_operational_status_events', {
      ...common,
      status_code: 'closed',
      checked_at: at,
    });
  }

  async audit(cycle: string, at: string, org = this.org): Promise<void> {
    const common = { org_id: org, id: randomUUID(), pilot_cycle_id: cycle, service_id: 'service-one' };
    const more = { is_fatal: false, verification_mode: 'web_only', audited_at: at };
    await this.insert('pilot_data_decay_audits', { ...common, ...more });
  }

  async preference(cycle: string, at: string, org = this.org): Promise<void> {
    const common = { org_id: org, id: randomUUID(), pilot_cycle_id: cycle, cohort_label: 'youth' };
    const more = { preferred_via_careconnect: true, preference_recorded_at: at };
    await this.insert('pilot_preference_fit_events', { ...common, ...more });
  }

  /** A scope entry with one row of history. */
  async scope(cycle: string, org = this.org): Promise<void> {
    const id = randomUUID();
    const common = { org_id: org, sla_tier: 'crisis' };
    const entry = { ...common, id, pilot_cycle_id: cycle, service_id: 'service-one' };
    await this.insert('pilot_service_scope', entry);
    await this.insert('pilot_service_scope_history', { ...common, id: randomUUID(), scope_id: id });
  }

  /** One row at least in every table that goes with its cycle, all of one moment. */
  async ofCycle(cycle: string, at: string, org = this.org): Promise<void> {
    const attempt = await this.attempt(cycle, at, org);
    const referral = await this.referral(cycle, at, org);
    await this.connection(cycle, at, { contact_attempt_event_id: attempt }, org);
    await this.connection(cycle, at, { referral_event_id: referral }, org);
    await this.statusCheck(cycle, at, org);
    await this.audit(cycle, at, org);
    await this.preference(cycle, at, org);
    await this.scope(cycle, org);
  }

  /** One of the organisation's, and one of the whole cycle's. */
  async snapshots(cycle: string, at: string): Promise<void> {
    const ofCycle = {
      id: randomUUID(),
      recompute_id: randomUUID(),
      pilot_cycle_id: cycle,
      metric_id: 'M1',
      calculated_at: at,
      unit: 'ratio',
      denominator: 0,
      note: 'no_qualifying_events',
      quality: 'no_data',
      data_quality: '{}',
      query_id: 'none',
      query_version: 1,
    };
    await this.insert('pilot_metric_snapshots', { org_id: this.org, ...ofCycle });
    await this.insert('pilot_cycle_metric_snapshots', ofCycle);
  }

  /** @returns the id */
  async decision(at: string): Promise<string> {
    const id = randomUUID();
    await this.insert('pilot_integration_feasibility_decisions', {
      id,
      decision: 'conditional',
      decision_date: '2018-01-01',
      redline_checklist_version: 'v1',
      violations: [],
      compensating_controls: ['a control'],
      owners: ['governance-lead'],
      recorded_at: at,
    });
    return id;
  }

  async approval(id: string, revision: number, status: 'open' | 'locked', at: string): Promise<void> {
    await this.insert('gate_0_approvals', {
      id,
      revision,
      choice: 'a choice',
      owner: 'governance-lead',
      decision_date: '2018-01-01',
      status,
      recorded_at: at,
      recorded_by: randomUUID(),
    });
  }

  async baseline(cycle: string, start: string, end: string, org = this.org): Promise<void> {
    const run = { org_id: org, id: randomUUID(), pilot_cycle_id: cycle };
    const days = { start_date: start.slice(0, 10), end_date: end.slice(0, 10), time_zone: 'UTC' };
    const window = { window_start: start, window_end: end, calculated_at: end };
    await this.insert('baseline_runs', { ...run, ...days, ...window, service_version: 'test' });
  }

  /** Whether a row with this id is stored. */
  async has(table: string, id: string): Promise<boolean> {
    const { rowCount } = await this.#client.query(`SELECT FROM pilot.${table} WHERE id::text = $1`, [id]);
    return rowCount === 1;
  }
}

export interface OldWorld {
  urls: DatabaseUrls;
  rows: OldRows;
  superuser: pg.Client;
}

/** A database with two organisations, a service, and cycles that end on these days, or never. */
export async function oldWorld(
  t: Test,
  cycles: Readonly<Record<string, string | undefined>>,
): Promise<OldWorld> {
  const { urls, drop } = await cloneDatabase();
  const [org, otherOrg] = await withClient(urls.owner, async (client) => {
    for (const [id, ends] of Object.entries(cycles)) await createCycle(client, id, undefined, ends);
    await client.query(
      "INSERT INTO pilot.services (id, name, fields_present, has_place) VALUES ('service-one', 'x', '{phone}', true)",
    );
    return [
      await createOrganization(client, 'Organisation A', 'America/Toronto'),
      await createOrganization(client, 'Organisation B', 'America/Toronto'),
    ] as const;
  });
  const superuser = new pg.Client(urls.superuser);
  await superuser.connect();
  await superuser.query("SET pilot.service_version = 'test'");
  t.teardown(async () => {
    await superuser.end();
    await drop();
  });
  return { urls, rows: new OldRows(superuser, org, otherOrg), superuser };
}
