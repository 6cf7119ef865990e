import type pg from 'pg';
import type { Entry, ExpectedRow, Place } from './durability-writers.ts';

/** Compares what writers were told with what is stored, which a superuser reads. */

export interface Audit {
  acknowledged: number;
  /** Acknowledged only when the request was repeated. */
  afterRepeats: number;
  refused: number;
  unknown: number;
  unknownStored: number;
  /** Every one of these breaks the promise. */
  misanswered: number;
  missing: number;
  different: number;
  duplicates: number;
  refusedYetStored: number;
  torn: number;
}

type Row = Record<string, unknown>;

/** How the rows of an organisation are found in each place, and what identifies one of them. */
const rowsOf: Readonly<Record<Place, string>> = {
  pilot_contact_attempt_events: eventRows('pilot_contact_attempt_events', 'recorded_by_org_id'),
  pilot_connection_events: eventRows('pilot_connection_events', 'org_id'),
  pilot_referral_events: eventRows('pilot_referral_events', 'source_org_id'),
  service_operational_status_events: eventRows('service_operational_status_events', 'org_id'),
  pilot_data_decay_audits: eventRows('pilot_data_decay_audits', 'org_id'),
  pilot_preference_fit_events: eventRows('pilot_preference_fit_events', 'org_id'),
  pilot_referral_event_history: `SELECT concat_ws(' ', referral_id, referral_state) AS key, to_jsonb(history) AS row
    FROM pilot.pilot_referral_event_history AS history WHERE source_org_id = $1`,
  pilot_service_scope: `SELECT service_id AS key, to_jsonb(scope) AS row
    FROM pilot.pilot_service_scope AS scope WHERE org_id = $1`,
  pilot_service_scope_history: `SELECT concat_ws(' ', service_id, history.sla_tier) AS key, to_jsonb(history) AS row
    FROM pilot.pilot_service_scope_history AS history
    JOIN pilot.pilot_service_scope AS scope ON scope.org_id = history.org_id AND scope.id = scope_id
    WHERE history.org_id = $1`,
};

function eventRows(table: Place, org: string): string {
  return `SELECT id::text AS key, to_jsonb(event) AS row FROM pilot.${table} AS event WHERE ${org} = $1`;
}

/** Referrals and scope entries whose present state is not the latest of their history. */
const disagreements = `
  SELECT FROM pilot.pilot_referral_events AS referral
  WHERE source_org_id = $1 AND (referral_state, updated_at, terminal_at, failure_reason_code) IS DISTINCT FROM (
    SELECT (referral_state, updated_at, terminal_at, failure_reason_code) FROM pilot.pilot_referral_event_history AS history
    WHERE history.source_org_id = referral.source_org_id AND history.referral_id = referral.id
    ORDER BY updated_at DESC LIMIT 1)
  UNION ALL
  SELECT FROM pilot.pilot_service_scope AS scope
  WHERE org_id = $1 AND sla_tier IS DISTINCT FROM (
    SELECT sla_tier FROM pilot.pilot_service_scope_history AS history
    WHERE history.org_id = scope.org_id AND history.scope_id = scope.id
    ORDER BY recorded_at DESC, id DESC LIMIT 1)`;

export async function audit(client: pg.Client, orgId: string, account: readonly Entry[]): Promise<Audit> {
  const stored = new Map<string, Row>();
  const result: Audit = {
    acknowledged: 0,
    afterRepeats: 0,
    refused: 0,
    unknown: 0,
    unknownStored: 0,
    misanswered: 0,
    missing: 0,
    different: 0,
    duplicates: 0,
    refusedYetStored: 0,
    torn: 0,
  };
  for (const [place, sql] of Object.entries(rowsOf)) {
    const { rows } = await client.query<{ key: string; row: Row }>(sql, [orgId]);
    for (const { key, row } of rows) {
      if (stored.has(`${place} ${key}`)) result.duplicates += 1;
      stored.set(`${place} ${key}`, row);
    }
  }
  const rowFor = ({ place, key }: ExpectedRow) => stored.get(`${place} ${key}`);

  for (const { rows, knowledge, wasRepeated } of account) {
    const found = rows.filter((row) => rowFor(row) !== undefined).length;
    const matching = rows.filter((row) => isAsSent(row, rowFor(row))).length;
    result[knowledge] += 1;
    if (knowledge === 'acknowledged') {
      if (wasRepeated) result.afterRepeats += 1;
      if (found < rows.length) result.missing += 1;
      else if (matching < rows.length) result.different += 1;
    } else if (knowledge === 'refused') {
      if (matching > 0) result.refusedYetStored += 1;
    } else if (knowledge === 'unknown') {
      if (matching === rows.length) result.unknownStored += 1;
      else if (found > 0) result.torn += 1;
    }
  }
  const sent = new Set(account.flatMap(({ rows }) => rows.map(({ place, key }) => `${place} ${key}`)));
  result.duplicates += [...stored.keys()].filter((key) => !sent.has(key)).length;
  result.torn += (await client.query(disagreements, [orgId])).rowCount ?? 0;
  return result;
}

function isAsSent({ columns }: ExpectedRow, row: Row | undefined): boolean {
  return row !== undefined && Object.entries(columns).every(([name, value]) => isSame(value, row[name]));
}

/** Times have more than one spelling. */
function isSame(sent: unknown, stored: unknown): boolean {
  if (sent === stored) return true;
  return typeof sent === 'string' && typeof stored === 'string' && Date.parse(sent) === Date.parse(stored);
}
