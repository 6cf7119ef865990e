import { createHash } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { demoCycle, weeks, windowStart } from './windows.ts';

/**
 * The four weeks that the demo plays, and the calls of the four before them, with which they are compared: made up, but the
 * same at every run, so that a second run replays the first. Ids are UUIDs derived from the event's place in the story; chance
 * is derived from it, too.
 */

const days = weeks.length * 7;
const goldenRatio = 0.618_033_988_749_895;
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
  /** The next number from 0 to 1 of a series. Any few that follow each other lie evenly, so that a week of few events shows its share. */
  evenly(series: string): number;
  requests: StoryRequest[];
}

/** What one organisation does in four weeks, with services of the directory. `seed` tells organisations apart. */
export function tellStory(seed: string, orgId: string, directory: readonly DirectoryEntry[]): StoryRequest[] {
  const key = (place: (string | number)[]) => [orgId, ...place].join('/');
  const chance: Teller['chance'] = (...place) =>
    createHash('sha256')
      .update([seed, ...place].join('/'))
      .digest()
      .readUInt32BE() /
    2 ** 32;
  const drawn = new Map<string, number>();
  const teller: Teller = {
    orgId,
    id: (...place) => uuidv5(key(place), namespace),
    chance,
    evenly(series) {
      const number = drawn.get(series) ?? chance(series);
      drawn.set(series, (number + goldenRatio) % 1);
      return number;
    },
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
    .slice(0, 20);
}

/** What a share is on a day of the pilot, when it goes evenly from that of the first day to that of the last; before it, the first. */
function onDay(day: number, first: number, last: number): number {
  return first + ((last - first) * Math.max(0, day)) / (days - 1);
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

type Tier = 'crisis' | 'high_demand' | 'standard';

const tiers: Readonly<Record<string, Tier>> = {
  Crisis: 'crisis',
  Housing: 'high_demand',
  Food: 'high_demand',
};

/** How many days a check is good for, and every how many days somebody means to make one. */
const limitDays: Readonly<Record<Tier, number>> = { crisis: 1, high_demand: 2, standard: 7 };
const everyDays: Readonly<Record<Tier, number>> = { crisis: 1, high_demand: 2, standard: 5 };

function tellScopeAndChecks(teller: Teller, services: readonly DirectoryEntry[]): void {
  const { orgId: org_id, id, chance, evenly } = teller;
  const seen = new Set<Tier>();
  for (const { id: service_id, category } of services) {
    const sla_tier = tiers[category ?? ''] ?? 'standard';
    tell(teller, '/scope/services', { pilot_cycle_id: demoCycle, org_id, service_id, sla_tier });
    // The first service of each tier is lost sight of at the end, and nobody has got round to the last one at all.
    const until = seen.has(sla_tier) ? days : days - 2 * limitDays[sla_tier];
    seen.add(sla_tier);
    if (service_id === services.at(-1)?.id) continue;
    for (let day = 0; day < until; day += everyDays[sla_tier]) {
      // Some checks are forgotten, and fewer as the weeks pass.
      if (evenly(`check/${day}`) < onDay(day, 0.45, 0.05)) continue;
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

const failures = [
  'no_response',
  'no_response',
  'intake_unavailable',
  'invalid_routing',
  'other_failure',
] as const;

/** Why a call failed; dead numbers become rarer as listings are corrected. */
function failureOn(day: number, isDead: number, other: number): string {
  return isDead < onDay(day, 0.5, 0.15) ? 'disconnected_number' : pick(failures, other);
}

function tellAttempts(teller: Teller, services: readonly DirectoryEntry[]): void {
  const { orgId, id, chance, evenly } = teller;
  for (let day = -days; day < days; day++) {
    const attempts = (day < 0 ? 3 : 5) + Math.floor(chance('attempts', day) * 6);
    for (let n = 0; n < attempts; n++) {
      const place = ['attempt', day, n] as const;
      const attempted = at(day, chance(...place, 'time'));
      // Listings get better as the weeks pass, and so do the calls.
      const connected = evenly('outcome') < onDay(day, 0.4, 0.8);
      const service_id = pick(services, chance(...place, 'service')).id;
      const person = Math.floor(chance(...place, 'person') * 45);
      tell(teller, '/events/contact-attempt', {
        id: id(...place),
        pilot_cycle_id: demoCycle,
        service_id,
        recorded_by_org_id: orgId,
        entity_key_hash: createHash('sha256').update(`${orgId}, person ${person}`).digest('hex'),
        attempt_channel: pick(
          ['phone', 'phone', 'phone', 'phone', 'website', 'website', 'email', 'in_person', 'referral'],
          chance(...place, 'channel'),
        ),
        attempt_outcome: connected
          ? 'connected'
          : failureOn(day, chance(...place, 'dead number'), chance(...place, 'failure')),
        attempted_at: attempted.toISOString(),
      });
      if (!connected) continue;
      // Most connections take hours, a few take days; all of them become quicker.
      const minutes = 5 + onDay(day, 9_000, 1_000) * evenly('wait') ** 4;
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

/** How referrals end, as often as they are listed. */
const ends: readonly { referral_state: string; failure_reason_code?: string }[] = [
  ...Array<{ referral_state: string }>(6).fill({ referral_state: 'connected' }),
  { referral_state: 'failed', failure_reason_code: 'intake_closed' },
  { referral_state: 'failed', failure_reason_code: 'capacity_full' },
  { referral_state: 'failed', failure_reason_code: 'ineligible' },
  { referral_state: 'no_response_timeout', failure_reason_code: 'no_response' },
  { referral_state: 'no_response_timeout' },
  { referral_state: 'client_withdrew' },
];

function tellReferrals(teller: Teller, services: readonly DirectoryEntry[]): void {
  const { orgId: source_org_id, id, chance, evenly } = teller;
  for (let n = 0; n < 70; n++) {
    const day = Math.floor((n * days) / 70);
    const created = at(day, chance('referral time', n));
    const created_at = created.toISOString();
    const referral = id('referral', n);
    const target_service_id = pick(services, chance('referral service', n)).id;
    const common = { id: referral, pilot_cycle_id: demoCycle, source_org_id, target_service_id };
    tell(teller, '/events/referral', { ...common, created_at, updated_at: created_at });
    // Of more and more referrals somebody finds out how they ended.
    if (evenly('referral known') > onDay(day, 0.6, 0.95)) continue;
    const terminal_at = new Date(
      created.getTime() + (1 + 4 * chance('referral wait', n)) * dayMs,
    ).toISOString();
    const end = pick(ends, chance('referral end', n));
    const update = { source_org_id, ...end, updated_at: terminal_at, terminal_at };
    tell(teller, `/events/referral/${referral}`, update, 'PATCH');
  }
}

const fatalErrors = [
  'wrong_or_disconnected_phone',
  'wrong_or_disconnected_phone',
  'invalid_or_defunct_intake_path',
  'materially_incorrect_eligibility',
  'service_closed_or_unavailable_but_listed_available',
] as const;

function tellAudits(teller: Teller, services: readonly DirectoryEntry[]): void {
  const { orgId: org_id, id, chance, evenly } = teller;
  // In the first week they were too few for M6 to be believed.
  for (let n = 0; n < 77; n++) {
    const day = n < 14 ? Math.floor(n / 2) : 7 + Math.floor((n - 14) / 3);
    const is_fatal = evenly('audit') < onDay(day, 0.15, 0.03);
    tell(teller, '/events/data-decay-audit', {
      id: id('audit', n),
      pilot_cycle_id: demoCycle,
      org_id,
      service_id: pick(services, chance('audit service', n)).id,
      audited_at: at(day, chance('audit time', n)).toISOString(),
      is_fatal,
      ...(is_fatal && { fatal_error_category: pick(fatalErrors, chance('audit error', n)) }),
      verification_mode: chance('audit mode', n) < 0.7 ? 'web_plus_call' : 'provider_confirmation',
    });
  }
}

function tellPreferences(teller: Teller): void {
  const { orgId: org_id, id, chance, evenly } = teller;
  for (let n = 0; n < 84; n++) {
    const day = Math.floor(n / 3);
    tell(teller, '/events/preference-fit', {
      id: id('preference', n),
      pilot_cycle_id: demoCycle,
      org_id,
      cohort_label: pick(['youth', 'families', 'older-adults'], chance('cohort', n)),
      recorded_at: at(day, chance('preference time', n)).toISOString(),
      preferred_via_careconnect: evenly('preference') < onDay(day, 0.5, 0.85),
    });
  }
}
