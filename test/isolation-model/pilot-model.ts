import { isDeepStrictEqual } from 'node:util';
import type { MemberRole } from '../../src/database/provisioning.ts';
import { type Body, gateOne, Oracle } from '../capabilities/metrics/oracle.ts';
import { eventKinds } from '../support/events.ts';
import type { Answer } from '../support/service.ts';
import type { Call } from './calls.ts';
import { type Expected, newId, newTime, receipt, refusal } from './expected.ts';
import { cycles, firstRoles, organizations, people, services } from './pool.ts';
import type { Provisioning } from './provisioning.ts';
import { SnapshotModel } from './snapshot-model.ts';

/**
 * What the service should be in the words of spec 2: who may do what, what is stored of every request, and what is answered.
 * It knows organisations and people, but nothing of databases and row-level security.
 */

type Row = Record<string, unknown>;

/** A stored row; one without an organisation belongs to the whole pilot, and one of null, about all of them, to app admins. */
interface Stored {
  table: string;
  org: string | null | undefined;
  row: Row;
}

/** An event or a decision as it was first posted, which a repeat of it is compared with. */
interface Posted {
  content: Body;
  recordedAt: unknown;
  row: Row;
  /** The accepted updates of a referral. */
  updates: { content: Body; recordedAt: unknown }[];
}

const roleKey = (org: unknown, userId: string) => `${org}/${userId}`;
const text = (value: unknown) => String(value);

const redlinesNotGiven = {
  no_raw_query_text: 'unknown',
  no_forced_user_identifying_telemetry: 'unknown',
  no_reidentification_capability: 'unknown',
  no_retention_conflict: 'unknown',
  auditable_consent_and_privacy: 'unknown',
};

export class PilotModel {
  /** The requests so far. */
  readonly requests: Call[] = [];
  readonly #roles = new Map(firstRoles.map(([person, org, role]) => [roleKey(org, people[person]), role]));
  readonly #appAdmins = new Set([people.appAdmin]);
  readonly #stored: Stored[] = [];
  readonly #posted = new Map<string, Posted>();
  readonly #scope = new Map<string, Row>();
  readonly #metrics = new Oracle();
  readonly #snapshots = new SnapshotModel(this.#metrics);

  /** Takes what an operator did. @returns what the operator should have been told, if anything */
  provision(done: Provisioning): boolean | undefined {
    const userId = people[done.person];
    switch (done.act) {
      case 'grant':
        this.#roles.set(roleKey(done.org, userId), done.role);
        return undefined;
      case 'revoke':
        return this.#roles.delete(roleKey(done.org, userId));
      case 'add admin': {
        const before = this.#appAdmins.size;
        return this.#appAdmins.add(userId).size > before;
      }
      case 'remove admin':
        return this.#appAdmins.delete(userId);
    }
  }

  /** Takes a request. @returns the answer it should get; ids and times of the service's own making are the answer's */
  expect(call: Call, answer: Answer): Expected {
    this.requests.push(call);
    const { method, path, orgField, fields } = call;
    if (orgField === undefined && !this.#appAdmins.has(people[call.caller]))
      return refusal('forbidden', 'app admins');
    if (orgField === undefined)
      return path.startsWith('/metrics') ? this.#aboutCycle(call, answer) : this.#decide(call, answer);
    const kind = eventKinds.find((kind) => path.startsWith(kind.path));
    const org = text(fields[orgField]);
    if (!this.#may(people[call.caller], org, method === 'GET')) return refusal('forbidden', 'organisation');
    if (method === 'PATCH') return this.#updateReferral(call, org, answer);
    if (method === 'GET') return this.#readScorecard(fields, org);
    const serviceField = path.startsWith('/metrics') ? undefined : kind ? kind.serviceField : 'service_id';
    const unknown = unregisteredFields(fields, serviceField);
    if (unknown.length > 0) return refusal('unknown-reference', 'registered', unknown);
    if (path === '/metrics/recompute') return this.#recompute(fields, org, answer);
    if (path === '/scope/services') return this.#putInScope(fields, org, answer);
    return this.#record(call, org, answer);
  }

  #role(org: unknown, userId: string): MemberRole | undefined {
    return this.#roles.get(roleKey(org, userId));
  }

  #may(userId: string, org: string, read: boolean): boolean {
    const role = this.#role(org, userId);
    const exists = Object.values(organizations).includes(org);
    return exists && (this.#appAdmins.has(userId) || (role !== undefined && (read || role !== 'viewer')));
  }

  #record({ path, fields }: Call, org: string, answer: Answer): Expected {
    const { id = newId(answer), ...content } = fields;
    if (path === '/events/connection') {
      const broken = this.#brokenAnchor(org, fields);
      if (broken) return refusal('unknown-reference', 'anchor', [broken]);
    }
    const key = [path, org, id].join(' ');
    const earlier = this.#posted.get(key);
    if (earlier) return replayOf(earlier, content, id);
    const recordedAt = newTime(answer, 'recorded_at');
    const table = eventKinds.find((kind) => kind.path === path)?.table ?? '';
    const row = eventRow(path, { id, ...content }, recordedAt);
    this.#stored.push({ table, org, row });
    this.#posted.set(key, { content, recordedAt, row, updates: [] });
    if (path === '/events/referral') this.#keepState(org, id, row, recordedAt);
    this.#metrics.post(path, { id, ...content });
    return receipt(201, id, recordedAt, 'created');
  }

  #brokenAnchor(org: string, fields: Body): string | undefined {
    const field = 'referral_event_id' in fields ? 'referral_event_id' : 'contact_attempt_event_id';
    const path = field === 'referral_event_id' ? '/events/referral' : '/events/contact-attempt';
    const anchor = this.#posted.get([path, org, fields[field]].join(' '))?.content;
    if (anchor?.pilot_cycle_id !== fields.pilot_cycle_id) return `${field} no_such_anchor`;
    const starts = text(anchor?.attempted_at ?? anchor?.created_at);
    return text(fields.connected_at) < starts ? 'connected_at before_anchor' : undefined;
  }

  #updateReferral({ path, fields }: Call, org: string, answer: Answer): Expected {
    const id = path.split('/').at(-1) ?? '';
    const referral = this.#posted.get(['/events/referral', org, id].join(' '));
    if (!referral) return refusal('not-found', 'referral');
    if (fields.referral_state === 'initiated') return refusal('state-conflict', 'initiated');
    const accepted = referral.updates.find(({ content }) => isDeepStrictEqual(content, fields));
    if (accepted) return receipt(200, id, accepted.recordedAt, 'replayed');
    if (text(fields.updated_at) <= text(referral.row.updated_at)) return refusal('state-conflict', 'late');
    if (text(fields.terminal_at) < text(referral.row.created_at)) {
      return refusal('state-conflict', 'terminal before created');
    }
    const recordedAt = newTime(answer, 'recorded_at');
    referral.updates.push({ content: fields, recordedAt });
    delete referral.row.failure_reason_code;
    Object.assign(referral.row, fields);
    this.#keepState(org, id, referral.row, recordedAt);
    this.#metrics.patch(path, fields);
    return receipt(200, id, recordedAt, 'updated');
  }

  /** Every state that was ever accepted stays in the history. */
  #keepState(org: string, id: unknown, row: Row, recorded_at: unknown): void {
    const { source_org_id, updated_at, referral_state, terminal_at, failure_reason_code } = row;
    const state = { source_org_id, updated_at, referral_state, terminal_at, failure_reason_code };
    this.#stored.push({
      table: 'pilot_referral_event_history',
      org,
      row: { ...state, referral_id: id, recorded_at },
    });
  }

  #putInScope(fields: Body, org: string, answer: Answer): Expected {
    const key = [org, fields.pilot_cycle_id, fields.service_id].join(' ');
    const entry = this.#scope.get(key);
    if (entry?.sla_tier === fields.sla_tier) return receipt(200, entry?.id, entry?.recorded_at, 'replayed');
    const { sla_tier } = fields;
    const recorded_at = newTime(answer, 'recorded_at');
    const row = entry ?? { ...fields, id: newId(answer), recorded_at };
    if (!entry) {
      this.#scope.set(key, row);
      this.#stored.push({ table: 'pilot_service_scope', org, row });
    }
    row.sla_tier = sla_tier;
    this.#stored.push({
      table: 'pilot_service_scope_history',
      org,
      row: { org_id: org, scope_id: row.id, sla_tier, recorded_at },
    });
    this.#metrics.post('/scope/services', fields);
    return receipt(entry ? 200 : 201, row.id, recorded_at, entry ? 'updated' : 'created');
  }

  /** A request about all organisations together. */
  #aboutCycle({ method, fields }: Call, answer: Answer): Expected {
    if (method === 'GET') return this.#readScorecard(fields, null);
    const unknown = unregisteredFields(fields, undefined);
    if (unknown.length > 0) return refusal('unknown-reference', 'registered', unknown);
    return this.#recompute(fields, null, answer);
  }

  #recompute(fields: Body, org: string | null, answer: Answer): Expected {
    const { body, rows } = this.#snapshots.recompute(org, fields, newTime(answer, 'calculated_at'));
    const table = org === null ? 'pilot_cycle_metric_snapshots' : 'pilot_metric_snapshots';
    for (const row of rows) this.#stored.push({ table, org, row });
    return { status: 200, body };
  }

  #readScorecard(fields: Body, org: string | null): Expected {
    const latest = this.#snapshots.latest(org, fields);
    if (!latest) return refusal('not-found', 'scorecard');
    const { baseline_failed_contact_rate: rate, baseline_p50_seconds_to_connection: p50 } = fields;
    const gate_1 = rate === undefined ? null : gateOne(latest.figures, text(rate), text(p50));
    return { status: 200, body: { scorecard: latest.scorecard, metrics: latest.metrics, gate_1 } };
  }

  #decide({ caller, path, fields }: Call, answer: Answer): Expected {
    const { id = newId(answer), ...content } = fields;
    const key = [path, id].join(' ');
    const earlier = this.#posted.get(key);
    if (earlier) return replayOf(earlier, content, id);
    const version = text(content.redline_checklist_version).toLowerCase();
    const inTheWay = [...this.#posted.values()].some(
      ({ content: { decision, redline_checklist_version: used } }) =>
        (decision === 'conditional' || decision === 'blocked') && text(used).toLowerCase() === version,
    );
    if (content.decision === 'go' && inTheWay) return refusal('state-conflict', 'upgrade');
    const recordedAt = newTime(answer, 'recorded_at');
    const row = {
      id,
      ...redlinesNotGiven,
      ...content,
      recorded_by: people[caller],
      recorded_at: recordedAt,
    };
    this.#stored.push({ table: 'pilot_integration_feasibility_decisions', org: undefined, row });
    this.#posted.set(key, { content, recordedAt, row, updates: [] });
    return receipt(201, id, recordedAt, 'created');
  }

  /** The rows of every table that this person should see, by table. */
  visibleTo(userId: string): Map<string, Row[]> {
    const isAppAdmin = this.#appAdmins.has(userId);
    const mine = Object.values(organizations).filter((org) => this.#role(org, userId));
    const seen = isAppAdmin ? Object.values(organizations) : mine;
    const pilotWide = isAppAdmin || mine.length > 0;
    const tables = new Map<string, Row[]>([
      ['organizations', seen.map((id) => ({ id }))],
      [
        'organization_members',
        mine.map((org_id) => ({ org_id, user_id: userId, role: this.#role(org_id, userId) })),
      ],
      ['app_admins', isAppAdmin ? [{ user_id: userId }] : []],
      ['pilot_cycles', pilotWide ? cycles.map((id) => ({ id })) : []],
      ['services', pilotWide ? services.map((id) => ({ id })) : []],
    ]);
    for (const { table, org, row } of this.#stored) {
      const rows = tables.get(table) ?? [];
      const isSeen = org === null ? isAppAdmin : org === undefined ? pilotWide : seen.includes(org);
      if (isSeen) rows.push(row);
      tables.set(table, rows);
    }
    return tables;
  }
}

/** What names a cycle or a service that nobody registered, each as "path code". */
function unregisteredFields(fields: Body, serviceField: string | undefined): string[] {
  const unknown: string[] = [];
  if (!cycles.includes(text(fields.pilot_cycle_id))) unknown.push('pilot_cycle_id not_registered');
  if (serviceField && !services.includes(text(fields[serviceField]))) {
    unknown.push(`${serviceField} not_registered`);
  }
  return unknown;
}

function replayOf({ content, recordedAt }: Posted, again: Body, id: unknown): Expected {
  return isDeepStrictEqual(content, again)
    ? receipt(200, id, recordedAt, 'replayed')
    : refusal('id-conflict', 'id');
}

/** An event as it is stored: the preference-fit event's own time has another column there. */
function eventRow(path: string, event: Body, recorded_at: unknown): Row {
  if (path !== '/events/preference-fit') return { ...event, recorded_at };
  const { recorded_at: preference_recorded_at, ...rest } = event;
  return { ...rest, preference_recorded_at, recorded_at };
}
