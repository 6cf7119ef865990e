import type { ServiceFacts } from '../../directory/service-facts.ts';
import { type SlaTier, slaTier } from '../fields.ts';
import {
  type GapKind,
  gapKind,
  type Readiness,
  type ReadinessEntry,
  type Step,
  type Verification,
} from './schema.ts';

/** A service that somebody has put in scope. */
export interface ScopeEntry {
  service_id: string;
  /** Null when nobody says how much depends on it. */
  sla_tier: SlaTier | null;
  org_id: string | null;
}

/** What a report is about. */
export interface ReadinessQuestion {
  cycleId: string;
  /** Null for all organisations of the cycle. */
  orgId: string | null;
  /** A day in UTC, as YYYY-MM-DD. */
  asOf: string;
  scope: Readiness['scope'];
}

/** From how many days on, exclusively, a verification is due and stale. */
export const ageLimits = { dueCrisis: 30, due: 90, stale: 180 } as const;

/** The step of the work that closes a gap. */
export const stepOf: Readonly<Record<GapKind, Step>> = {
  verification_missing: 'verification',
  verification_stale: 'verification',
  verification_due: 'verification',
  hours: 'hours',
  hours_text: 'hours',
  access_script: 'access_script',
  coordinates: 'place',
  address: 'place',
  email: 'email',
  directory_record: 'unmatched',
};

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Says what is missing of the services in scope, against the imported directory (spec 5, readiness): every service once, with
 * all of its gaps, where its most urgent gap puts it in the order of work; within one gap crisis services first, then by id.
 * The same records and day give the same report.
 */
export function assessReadiness(
  { cycleId, orgId, asOf, scope }: ReadinessQuestion,
  scopeEntries: readonly ScopeEntry[],
  directory: readonly ServiceFacts[],
): Readiness {
  const factsById = new Map(directory.map((facts) => [facts.id, facts]));
  const byService = Map.groupBy(scopeEntries, ({ service_id }) => service_id);
  const entries = [...byService]
    .map(([id, scoped]) => assess(id, scoped, factsById.get(id), asOf))
    .sort(inOrderOfWork);
  const count = (counts: (entry: ReadinessEntry) => boolean) => entries.filter(counts).length;
  const verified = (state: Verification) => count(({ verification }) => verification === state);
  const inDirectory = count(({ service_id }) => factsById.has(service_id));
  return {
    pilot_cycle_id: cycleId,
    org_id: orgId,
    scope,
    as_of: asOf,
    totals: {
      entries: entries.length,
      in_directory: inDirectory,
      unmatched: entries.length - inDirectory,
      without_gaps: count(({ gaps }) => gaps.length === 0),
      without_place: count(({ service_id }) => factsById.get(service_id)?.has_place === false),
    },
    verification: {
      missing: verified('missing'),
      fresh: verified('fresh'),
      due: verified('due'),
      stale: verified('stale'),
    },
    gaps: gapKind.options.map((gap) => ({
      gap,
      step: stepOf[gap],
      entries: count(({ gaps }) => gaps.includes(gap)),
    })),
    entries,
  };
}

function assess(
  service_id: string,
  scoped: readonly ScopeEntry[],
  facts: ServiceFacts | undefined,
  asOf: string,
): ReadinessEntry {
  const tiers = scoped.map(({ sla_tier }) => sla_tier);
  // Whoever depends on it most decides.
  const sla_tier = slaTier.options.find((tier) => tiers.includes(tier)) ?? null;
  const is_crisis = sla_tier === 'crisis' || facts?.category?.toLowerCase() === 'crisis';
  const age_days = facts ? ageOf(facts.verified_on, asOf) : null;
  const verification = facts ? verificationAt(age_days, is_crisis) : null;
  const gaps = gapKind.options.filter((gap) => isMissing(gap, facts, verification));
  const [first] = gaps;
  return {
    service_id,
    name: facts?.name ?? null,
    category: facts?.category ?? null,
    sla_tier,
    is_crisis,
    org_ids: [...new Set(scoped.flatMap(({ org_id }) => org_id ?? []))].sort(),
    verification_level: facts?.verification_level ?? null,
    verified_on: facts?.verified_on ?? null,
    age_days,
    verification,
    step: first === undefined ? null : stepOf[first],
    gaps,
  };
}

/** Null when nobody has verified it, or only on a day that is yet to come. */
function ageOf(verifiedOn: string | null, asOf: string): number | null {
  if (verifiedOn === null || verifiedOn > asOf) return null;
  return Math.round((Date.parse(asOf) - Date.parse(verifiedOn)) / dayMs);
}

function verificationAt(ageDays: number | null, isCrisis: boolean): Verification {
  if (ageDays === null) return 'missing';
  if (ageDays > ageLimits.stale) return 'stale';
  return ageDays > (isCrisis ? ageLimits.dueCrisis : ageLimits.due) ? 'due' : 'fresh';
}

function isMissing(
  gap: GapKind,
  facts: ServiceFacts | undefined,
  verification: Verification | null,
): boolean {
  if (!facts) return gap === 'directory_record';
  switch (gap) {
    case 'directory_record':
      return false;
    case 'verification_missing':
    case 'verification_stale':
    case 'verification_due':
      return gap === `verification_${verification}`;
    case 'coordinates':
      return facts.has_place && !facts.fields_present.includes(gap);
    default:
      return !facts.fields_present.includes(gap);
  }
}

function inOrderOfWork(a: ReadinessEntry, b: ReadinessEntry): number {
  return (
    urgency(a) - urgency(b) ||
    Number(b.is_crisis) - Number(a.is_crisis) ||
    (a.service_id < b.service_id ? -1 : 1)
  );
}

function urgency({ gaps: [first] }: ReadinessEntry): number {
  return first === undefined ? gapKind.options.length : gapKind.options.indexOf(first);
}
