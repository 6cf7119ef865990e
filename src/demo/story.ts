import { createHash } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';

/**
 * The four weeks that the demo plays: made up, but the same at every run, so that a second run replays the first. Ids are
 * UUIDs derived from the event's place in the story; chance is derived from it, too.
 */

export const demoCycle = 'demo-kingston-2026-spring';
export const windowStart = '2026-03-02T05:00:00.000Z';
export const windowEnd = '2026-03-30T04:00:00.000Z';

const days = 28;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const namespace = '5a0c4cbe-6a1d-4c39-9d8c-5f3f5a2f7e10';

/** One request of the story, in the order in which it happened. */
export interface StoryRequest {
  method: 'POST' | 'PATCH';
  path: string;
  body: Record<string, unknown>;
  /** Written down while offline and sent only at the end. */
  late: boolean;
  /** Sent twice, because the first answer was lost. */
  retried: boolean;
}

export interface DirectoryEntry {
  id: string;
  category: string | null;
}

interface Teller {
  orgId: string;
  /** Derives an id, or a number from 0 to 1, from a place in the story. */
  id(...place: (string | number)[]): string;
  chance(...place: (string | number)[]): number;
  requests: StoryRequest[];
}

/** What one organisation does in four weeks, with services of the directory. `seed` tells organisations apart. */
export function tellStory(seed: string, orgId: string, directory: readonly DirectoryEntry[]): StoryRequest[] {
  const key = (place: (string | number)[]) => [orgId, ...place].join('/');
  const teller: Teller = {
    orgId,
    id: (...place) => uuidv5(key(place), namespace),
    chance: (...place) =>
      createHash('sha256')
        .update([seed, ...place].join('/'))
        .digest()
        .readUInt32BE() /
      2 ** 32,
    requests: [],
  };
  const services = chooseServices(teller, directory);
  tellScopeAndChecks(teller, services);
  tellAttempts(teller, services);
  tellReferrals(teller, services);
  tellAudits(teller, services);
  tellPreferences(teller);
  return teller.requests;
}

function chooseServices({ chance }: Teller, directory: readonly DirectoryEntry[]): DirectoryEntry[] {
  return directory
    .filter(({ category }) => ['Crisis', 'Housing', 'Food', 'Health'].includes(category ?? ''))
    .sort((a, b) => chance('choose', a.id) - chance('choose', b.id))
    .slice(0, 18);
}

function at(day: number, fraction: number): Date {
  // Between eight in the morning and eight in the evening.
  return new Date(Date.parse(windowStart) + day * dayMs + (3 * 60 + fraction * 12 * 60) * minuteMs);
}

function tell(
  teller: Teller,
  path: string,
  body: Record<string, unknown>,
  method: 'POST' | 'PATCH' = 'POST',
): void {
  const place = `${method} ${path} ${JSON.stringify(body)}`;
  const isEvent = path.startsWith('/events/');
  teller.requests.push({
    method,
    path,
    body,
    late:
      isEvent && method === 'POST' && !path.endsWith('/connection') && teller.chance('late', place) < 0.06,
    retried: isEvent && teller.chance('retried', place) < 0.08,
  });
}

const tiers: Readonly<Record<string, string>> = {
  Crisis: 'crisis',
  Housing: 'high_demand',
  Food: 'high_demand',
};

function tellScopeAndChecks(teller: Teller, services: readonly DirectoryEntry[]): void {
  const { orgId: org_id, id, chance } = teller;
  for (const { id: service_id, category } of services) {
    const sla_tier = tiers[category ?? ''] ?? 'standard';
    tell(teller, '/scope/services', { pilot_cycle_id: demoCycle, org_id, service_id, sla_tier });
    const everyDays = { crisis: 1, high_demand: 2, standard: 5 }[sla_tier] ?? 5;
    for (let day = 0; day < days; day += everyDays) {
      // Some checks are forgotten, and near the end that costs freshness.
      if (chance('check', service_id, day) < 0.2) continue;
      const checked_at = at(day, chance('check time', service_id, day)).toISOString();
      const status_code = chance('status', service_id, day) < 0.85 ? 'available' : 'temporarily_unavailable';
      const common = { id: id('check', service_id, day), pilot_cycle_id: demoCycle, org_id, service_id };
      tell(teller, '/events/service-status', { ...common, checked_at, status_code });
    }
  }
}

function pick<Item>(items: readonly Item[], chance: number): Item {
  const item = items[Math.floor(chance * items.length)];
  if (item === undefined) throw new Error('The demo has nothing to choose from.');
  return item;
}

const failures = ['disconnected_number', 'no_response', 'intake_unavailable', 'invalid_routing'] as const;

function tellAttempts(teller: Teller, services: readonly DirectoryEntry[]): void {
  const { orgId, id, chance } = teller;
  for (let day = 0; day < days; day++) {
    const attempts = 5 + Math.floor(chance('attempts', day) * 6);
    for (let n = 0; n < attempts; n++) {
      const place = ['attempt', day, n] as const;
      const attempted = at(day, chance(...place, 'time'));
      // Listings get better as the weeks pass, and so do the calls.
      const connected = chance(...place, 'outcome') < 0.5 + (0.25 * day) / days;
      const service_id = pick(services, chance(...place, 'service')).id;
      const person = Math.floor(chance(...place, 'person') * 70);
      tell(teller, '/events/contact-attempt', {
        id: id(...place),
        pilot_cycle_id: demoCycle,
        service_id,
        recorded_by_org_id: orgId,
        entity_key_hash: createHash('sha256').update(`${orgId}, person ${person}`).digest('hex'),
        attempt_channel: pick(
          ['phone', 'phone', 'phone', 'website', 'email', 'in_person'],
          chance(...place, 'channel'),
        ),
        attempt_outcome: connected ? 'connected' : pick(failures, chance(...place, 'failure')),
        attempted_at: attempted.toISOString(),
      });
      if (!connected) continue;
      // Most connections take hours, a few take days.
      const minutes = 10 + 4_000 * chance(...place, 'wait') ** 4;
      tell(teller, '/events/connection', {
        id: id(...place, 'connection'),
        pilot_cycle_id: demoCycle,
        org_id: orgId,
        service_id,
        connected_at: new Date(attempted.getTime() + minutes * minuteMs).toISOString(),
        contact_attempt_event_id: id(...place),
      });
    }
  }
}

function tellReferrals(teller: Teller, services: readonly DirectoryEntry[]): void {
  const { orgId: source_org_id, id, chance } = teller;
  for (let n = 0; n < 50; n++) {
    const created = at(Math.floor(chance('referral day', n) * days), chance('referral time', n));
    const created_at = created.toISOString();
    const referral = id('referral', n);
    const target_service_id = pick(services, chance('referral service', n)).id;
    const common = { id: referral, pilot_cycle_id: demoCycle, source_org_id, target_service_id };
    tell(teller, '/events/referral', { ...common, created_at, updated_at: created_at });
    const end = chance('referral end', n);
    if (end > 0.82) continue;
    const terminal_at = new Date(
      created.getTime() + (1 + 4 * chance('referral wait', n)) * dayMs,
    ).toISOString();
    const referral_state = end < 0.55 ? 'connected' : end < 0.75 ? 'failed' : 'no_response_timeout';
    const reason = referral_state === 'connected' ? {} : { failure_reason_code: 'intake_closed' };
    const update = { source_org_id, referral_state, updated_at: terminal_at, terminal_at, ...reason };
    tell(teller, `/events/referral/${referral}`, update, 'PATCH');
  }
}

function tellAudits(teller: Teller, services: readonly DirectoryEntry[]): void {
  const { orgId: org_id, id, chance } = teller;
  for (let n = 0; n < 32; n++) {
    const is_fatal = chance('audit', n) < 0.08;
    tell(teller, '/events/data-decay-audit', {
      id: id('audit', n),
      pilot_cycle_id: demoCycle,
      org_id,
      service_id: pick(services, chance('audit service', n)).id,
      audited_at: at(n % days, chance('audit time', n)).toISOString(),
      is_fatal,
      ...(is_fatal && { fatal_error_category: 'wrong_or_disconnected_phone' }),
      verification_mode: chance('audit mode', n) < 0.7 ? 'web_plus_call' : 'provider_confirmation',
    });
  }
}

function tellPreferences(teller: Teller): void {
  const { orgId: org_id, id, chance } = teller;
  for (let n = 0; n < 40; n++) {
    tell(teller, '/events/preference-fit', {
      id: id('preference', n),
      pilot_cycle_id: demoCycle,
      org_id,
      cohort_label: pick(['youth', 'families', 'older-adults'], chance('cohort', n)),
      recorded_at: at(n % days, chance('preference time', n)).toISOString(),
      preferred_via_careconnect: chance('preference', n) < 0.68,
    });
  }
}
