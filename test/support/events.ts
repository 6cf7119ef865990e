import { randomUUID } from 'node:crypto';
import { type Answer, cycle, service, type TestService } from './service.ts';

/** A valid body for each of the six event kinds, the table that shared guarantees are tested from. */
export const hash = 'a7f3c1d9e5b2048617c8d3f0a9e4b5c6d7e8f90123456789abcdef0123456789';
export const at = '2026-03-02T15:00:00.000Z';
export const later = '2026-03-02T16:30:00.000Z';

type Body = Record<string, unknown>;

export interface EventKind {
  name: string;
  path: string;
  table: string;
  orgField: string;
  serviceField: string | undefined;
  timeField: string;
  /** A valid body without an id; may store an anchor first. */
  body(service: TestService): Promise<Body>;
  /** The same body with one field changed, still valid. */
  changed(body: Body): Body;
}

export const contactAttemptBody = (orgId: string, more: Body = {}): Body => ({
  pilot_cycle_id: cycle,
  service_id: service,
  recorded_by_org_id: orgId,
  entity_key_hash: hash,
  attempt_channel: 'phone',
  attempt_outcome: 'no_response',
  attempted_at: at,
  ...more,
});

export const referralBody = (orgId: string, more: Body = {}): Body => ({
  pilot_cycle_id: cycle,
  source_org_id: orgId,
  target_service_id: service,
  created_at: at,
  updated_at: at,
  ...more,
});

export const eventKinds: readonly EventKind[] = [
  {
    name: 'contact-attempt',
    path: '/events/contact-attempt',
    table: 'pilot_contact_attempt_events',
    orgField: 'recorded_by_org_id',
    serviceField: 'service_id',
    timeField: 'attempted_at',
    body: async ({ orgA }) => contactAttemptBody(orgA),
    changed: (body) => ({ ...body, attempt_outcome: 'connected' }),
  },
  {
    name: 'referral',
    path: '/events/referral',
    table: 'pilot_referral_events',
    orgField: 'source_org_id',
    serviceField: 'target_service_id',
    timeField: 'created_at',
    body: async ({ orgA }) => referralBody(orgA),
    changed: (body) => ({ ...body, referral_state: 'connected', terminal_at: later }),
  },
  {
    name: 'connection',
    path: '/events/connection',
    table: 'pilot_connection_events',
    orgField: 'org_id',
    serviceField: 'service_id',
    timeField: 'connected_at',
    async body({ orgA, owner }) {
      const id = randomUUID();
      await owner.post('/events/contact-attempt', contactAttemptBody(orgA, { id }));
      return {
        pilot_cycle_id: cycle,
        org_id: orgA,
        service_id: service,
        connected_at: later,
        contact_attempt_event_id: id,
      };
    },
    changed: (body) => ({ ...body, connected_at: '2026-03-02T17:00:00.000Z' }),
  },
  {
    name: 'service-status',
    path: '/events/service-status',
    table: 'service_operational_status_events',
    orgField: 'org_id',
    serviceField: 'service_id',
    timeField: 'checked_at',
    body: async ({ orgA }) => ({
      pilot_cycle_id: cycle,
      org_id: orgA,
      service_id: service,
      checked_at: at,
      status_code: 'available',
    }),
    changed: (body) => ({ ...body, status_code: 'closed' }),
  },
  {
    name: 'data-decay-audit',
    path: '/events/data-decay-audit',
    table: 'pilot_data_decay_audits',
    orgField: 'org_id',
    serviceField: 'service_id',
    timeField: 'audited_at',
    body: async ({ orgA }) => ({
      pilot_cycle_id: cycle,
      org_id: orgA,
      service_id: service,
      audited_at: at,
      is_fatal: false,
      verification_mode: 'web_plus_call',
    }),
    changed: (body) => ({ ...body, verification_mode: 'web_only' }),
  },
  {
    name: 'preference-fit',
    path: '/events/preference-fit',
    table: 'pilot_preference_fit_events',
    orgField: 'org_id',
    serviceField: undefined,
    timeField: 'recorded_at',
    body: async ({ orgA }) => ({
      pilot_cycle_id: cycle,
      org_id: orgA,
      cohort_label: 'youth',
      recorded_at: at,
      preferred_via_careconnect: true,
    }),
    changed: (body) => ({ ...body, preferred_via_careconnect: false }),
  },
];

/** Every stored row of a table with this id, as the superuser sees it. */
export async function storedRows(
  { asSuperuser }: TestService,
  table: string,
  id: string,
  idColumn = 'id',
): Promise<Body[]> {
  const sql = `SELECT * FROM pilot.${table} WHERE ${idColumn} = $1 ORDER BY recorded_at, ctid`;
  const { rows } = await asSuperuser((client) => client.query<Body>(sql, [id]));
  return rows;
}

export async function countRows({ asSuperuser }: TestService, table: string): Promise<number> {
  const sql = `SELECT count(*)::integer AS count FROM pilot.${table}`;
  const { rows } = await asSuperuser((client) => client.query<{ count: number }>(sql));
  return rows[0]?.count ?? -1;
}

/** What a refusal says is wrong, each as "path code". */
export function errorsOf(answer: Answer): string[] {
  const errors: { path: string; code: string }[] = answer.body?.errors ?? [];
  return errors.map(({ path, code }) => `${path} ${code}`);
}

/** How many of the answers have each status. */
export function statusCounts(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Everything of an answer that the caller sees, except the moment. */
export function visible({ status, headers, text }: Answer): unknown {
  return { status, headers: [...headers].filter(([name]) => name !== 'date'), text };
}
