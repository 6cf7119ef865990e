import { randomUUID } from 'node:crypto';
import { createOrganization } from '../../../../src/database/provisioning.ts';
import { hash } from '../../../support/events.ts';
import { type Caller, cycle, service, type TestService } from '../../../support/service.ts';

type Fields = Record<string, unknown>;

/** Somebody who records events of one organisation and asks for its breakdown. */
export interface Recorder {
  org: string;
  attempt(attempted_at: string, more?: Fields): Promise<string>;
  referral(created_at: string, more?: Fields): Promise<string>;
  audit(audited_at: string, more?: Fields): Promise<string>;
  connection(connected_at: string, anchor: Fields): Promise<string>;
  /** The status and the body of a breakdown of the organisation. */
  breakdown(query?: Record<string, string>, who?: Caller): ReturnType<Caller['get']>;
}

/** An organisation of its own, so that tests do not meet; an app admin records for it. */
export async function recorderIn(s: TestService, timeZone = 'America/Toronto'): Promise<Recorder> {
  const org = await s.asOwner((client) => createOrganization(client, 'Its own', timeZone));
  return recorderFor(org, s.appAdmin);
}

export function recorderFor(org: string, caller: Caller): Recorder {
  const post = async (kind: string, body: Fields) => {
    const id = randomUUID();
    const answer = await caller.post(`/events/${kind}`, { id, pilot_cycle_id: cycle, ...body });
    if (answer.status !== 201) throw new Error(`${kind} answered ${answer.text}`);
    return id;
  };
  return {
    org,
    attempt: (attempted_at, more = {}) =>
      post('contact-attempt', {
        service_id: service,
        recorded_by_org_id: org,
        entity_key_hash: hash,
        attempt_channel: 'phone',
        attempt_outcome: 'connected',
        attempted_at,
        ...more,
      }),
    referral: (created_at, more = {}) =>
      post('referral', {
        source_org_id: org,
        target_service_id: service,
        created_at,
        updated_at: created_at,
        ...more,
      }),
    audit: (audited_at, more = {}) =>
      post('data-decay-audit', {
        org_id: org,
        service_id: service,
        audited_at,
        is_fatal: false,
        verification_mode: 'web_plus_call',
        ...more,
      }),
    connection: (connected_at, anchor) =>
      post('connection', { org_id: org, service_id: service, connected_at, ...anchor }),
    breakdown: (query = {}, who = caller) =>
      who.get(`/metrics/breakdown?${new URLSearchParams({ pilot_cycle_id: cycle, org_id: org, ...query })}`),
  };
}

interface Row {
  total: number;
  counts: number[];
}

/** Rows of a breakdown in which something was counted, each as its values, its total and its counts. */
export function countedIn(rows: (Row & Fields)[]): unknown[][] {
  return rows
    .filter(({ total }) => total > 0)
    .map(({ total, counts, ...values }) => [...Object.values(values), total, counts]);
}
