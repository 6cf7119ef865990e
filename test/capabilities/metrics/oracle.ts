/**
 * A second implementation of the metrics and of Gate 1, from the words of spec 3 and without a look at the SQL. It takes
 * the same requests as the service, keeps them in memory and counts in exact fractions.
 */

export type Body = Record<string, unknown>;

export class Fraction {
  readonly above: bigint;
  readonly below: bigint;

  constructor(above: bigint | number, below: bigint | number = 1n) {
    this.above = BigInt(above);
    this.below = BigInt(below);
  }

  static ofDecimal(text: string): Fraction {
    const [whole = '', digits = ''] = text.split('.');
    return new Fraction(BigInt(whole + digits), 10n ** BigInt(digits.length));
  }

  times({ above, below }: Fraction): Fraction {
    return new Fraction(this.above * above, this.below * below);
  }

  /** Negative, zero or positive, as this one is smaller than, equal to or larger than the other. */
  compare({ above, below }: Fraction): number {
    const difference = this.above * below - above * this.below;
    return difference < 0n ? -1 : Number(difference > 0n);
  }

  toNumber(): number {
    return Number(this.above) / Number(this.below);
  }
}

/** The bounds as ISO texts, as they are sent; an absent one is open. */
export interface Window {
  window_start?: string;
  window_end?: string;
}

export interface Figure {
  metric_id: string;
  value: Fraction | null;
  unit: 'ratio' | 'seconds';
  numerator: number | null;
  denominator: number;
  note: 'no_qualifying_events' | null;
  quality: 'ok' | 'below_minimum' | 'no_data';
  data_quality: {
    rows_read: number;
    excluded: Record<string, number>;
    measure: Record<string, Fraction | number | null>;
    minimum: Record<string, Fraction | number>;
  };
}

interface Event {
  org: string;
  cycle: string;
  at: number;
  body: Body;
}

const kinds: Readonly<Record<string, { org: string; time: string }>> = {
  'contact-attempt': { org: 'recorded_by_org_id', time: 'attempted_at' },
  referral: { org: 'source_org_id', time: 'created_at' },
  connection: { org: 'org_id', time: 'connected_at' },
  'service-status': { org: 'org_id', time: 'checked_at' },
  'data-decay-audit': { org: 'org_id', time: 'audited_at' },
  'preference-fit': { org: 'org_id', time: 'recorded_at' },
};

const hour = 3_600_000;
const limits: Readonly<Record<string, number>> = {
  crisis: 24 * hour,
  high_demand: 48 * hour,
  standard: 7 * 24 * hour,
};

const milliseconds = (time: unknown) => Date.parse(String(time));
const lower = (text: unknown) => String(text).toLowerCase();

export class Oracle {
  readonly #events = new Map<string, Event>();
  /** The tier of each scoped service, by organisation, cycle and service. */
  readonly #scope = new Map<string, string>();

  /** Takes a POST of an event or a scope entry. The first event of an id stays what it is. */
  post(path: string, body: Body): void {
    if (path === '/scope/services') {
      const { org_id, pilot_cycle_id, service_id, sla_tier } = body;
      this.#scope.set([lower(org_id), pilot_cycle_id, service_id].join('/'), String(sla_tier));
      return;
    }
    const kind = path.split('/').at(-1) ?? '';
    const names = kinds[kind];
    if (!names) throw new Error(`no such kind: ${kind}`);
    const org = lower(body[names.org]);
    const key = [kind, org, lower(body.id)].join('/');
    if (this.#events.has(key)) return;
    const at = milliseconds(body[names.time]);
    this.#events.set(key, { org, cycle: String(body.pilot_cycle_id), at, body: { ...body } });
  }

  /** Takes a PATCH of a referral: one that is not later than the stored one is a repeat or refused. */
  patch(path: string, update: Body): void {
    const key = ['referral', lower(update.source_org_id), lower(path.split('/').at(-1))].join('/');
    const referral = this.#events.get(key);
    if (!referral) throw new Error('no such referral');
    if (milliseconds(update.updated_at) > milliseconds(referral.body.updated_at)) {
      Object.assign(referral.body, update);
    }
  }

  /** The nine figures in their order, of one organisation or, for null, of all of them together. */
  figures(orgId: string | null, cycle: string, window: Window, calculatedAt: number): Figure[] {
    const isAsked = (org: string) => orgId === null || org === lower(orgId);
    const start = window.window_start === undefined ? -Infinity : milliseconds(window.window_start);
    const end = window.window_end === undefined ? Infinity : milliseconds(window.window_end);
    const asOf = end === Infinity ? calculatedAt : end;
    const everOf = (kind: string) =>
      [...this.#events]
        .filter(([key, event]) => key.startsWith(`${kind}/`) && isAsked(event.org) && event.cycle === cycle)
        .map(([, event]) => event);
    const inWindow = (kind: string) => everOf(kind).filter(({ at }) => at >= start && at < end);

    const attempts = inWindow('contact-attempt');
    const referrals = inWindow('referral');
    const audits = inWindow('data-decay-audit');
    const preferences = inWindow('preference-fit');
    return [
      ratio('M1', attempts.filter(failed).length, attempts.length, {
        measure: { outcome_completeness: share(attempts, ({ body }) => body.attempt_outcome !== undefined) },
        minimum: { outcome_completeness: new Fraction(95, 100) },
      }),
      ...this.#secondsToConnection(inWindow('connection')),
      ratio('M3', referrals.filter(terminal).length, referrals.length, {
        measure: { state_completeness: share(referrals, () => true) },
        minimum: { state_completeness: new Fraction(95, 100) },
      }),
      this.#freshness(isAsked, cycle, everOf('service-status'), asOf),
      repeatFailure(attempts),
      ratio('M6', audits.filter(({ body }) => body.is_fatal === true).length, audits.length, {
        measure: {
          sampled_records: audits.length,
          dual_source_verification: share(audits, ({ body }) => body.verification_mode !== 'web_only'),
        },
        minimum: { sampled_records: 20, dual_source_verification: 1 },
      }),
      ratio(
        'M7',
        preferences.filter(({ body }) => body.preferred_via_careconnect).length,
        preferences.length,
        {
          measure: { cohort_attribution: share(preferences, ({ body }) => body.cohort_label !== undefined) },
          minimum: { cohort_attribution: new Fraction(90, 100) },
        },
      ),
    ];
  }

  #secondsToConnection(connections: Event[]): Figure[] {
    const durations = connections.map(({ org, at, body }) => {
      const { contact_attempt_event_id: attempt, referral_event_id: referral } = body;
      const key = attempt ? ['contact-attempt', org, lower(attempt)] : ['referral', org, lower(referral)];
      const anchor = this.#events.get(key.join('/'));
      if (!anchor) throw new Error('no such anchor');
      return wholeSeconds(at - anchor.at);
    });
    const usable = durations.filter((seconds) => seconds >= 0).sort((a, b) => a - b);
    return [50, 75, 90].map((percent) => ({
      metric_id: `M2_P${percent}`,
      value: percentile(usable, percent),
      unit: 'seconds',
      numerator: null,
      ...evidence(usable.length, {
        rowsRead: durations.length,
        excluded: { negative_duration: durations.length - usable.length, no_anchor: 0 },
        measure: { usable_timestamps: share(durations, (seconds) => seconds >= 0) },
        minimum: { usable_timestamps: new Fraction(90, 100) },
      }),
    }));
  }

  /** What one organisation checked says nothing about another's scope. */
  #freshness(isAsked: (org: string) => boolean, cycle: string, checks: Event[], asOf: number): Figure {
    const ages = [...this.#scope]
      .map(([key, tier]) => ({ of: key.split('/'), tier }))
      .filter(({ of: [org = '', ofCycle] }) => isAsked(org) && ofCycle === cycle)
      .map(({ of: [owner, , service], tier }) => {
        const ofService = checks.filter(({ org, body }) => org === owner && body.service_id === service);
        const seen = ofService.map(({ at }) => at).filter((at) => at <= asOf);
        return { limit: limits[tier] ?? NaN, age: asOf - Math.max(-Infinity, ...seen) };
      });
    return ratio('M4', ages.filter(({ limit, age }) => age <= limit).length, ages.length, {
      measure: {
        tier_completeness: share(ages, ({ limit }) => limit > 0),
        never_checked: ages.filter(({ age }) => age === Infinity).length,
      },
      minimum: { tier_completeness: 1 },
    });
  }
}

/** A repeat failure is a person, told apart by hash within an organisation, with two or more failed attempts. */
function repeatFailure(attempts: Event[]): Figure {
  const failures = new Map<string, number>();
  for (const attempt of attempts) {
    const person = `${attempt.org} ${lower(attempt.body.entity_key_hash)}`;
    failures.set(person, (failures.get(person) ?? 0) + (failed(attempt) ? 1 : 0));
  }
  const repeated = [...failures.values()].filter((count) => count >= 2).length;
  return ratio('M5', repeated, failures.size, {
    rowsRead: attempts.length,
    excluded: { no_hash: 0 },
    measure: { hash_coverage: share(attempts, ({ body }) => body.entity_key_hash !== undefined) },
    minimum: { hash_coverage: new Fraction(95, 100) },
  });
}

function failed({ body }: Event): boolean {
  return body.attempt_outcome !== 'connected';
}

function terminal({ body }: Event): boolean {
  return (body.referral_state ?? 'initiated') !== 'initiated';
}

/** To whole seconds, half away from zero. */
function wholeSeconds(duration: number): number {
  return Math.sign(duration) * Math.floor((Math.abs(duration) + 500) / 1000);
}

/** Between the two nearest of the sorted values, linearly. */
function percentile(sorted: number[], percent: number): Fraction | null {
  if (sorted.length === 0) return null;
  const hundredths = percent * (sorted.length - 1);
  const index = Math.floor(hundredths / 100);
  const below = sorted[index] ?? NaN;
  const above = sorted[index + 1] ?? below;
  return new Fraction(below * 100 + (above - below) * (hundredths % 100), 100);
}

function share<Item>(items: Item[], holds: (item: Item) => boolean): Fraction | null {
  return items.length === 0 ? null : new Fraction(items.filter(holds).length, items.length);
}

interface Evidence {
  rowsRead?: number;
  excluded?: Record<string, number>;
  measure: Figure['data_quality']['measure'];
  minimum: Figure['data_quality']['minimum'];
}

function ratio(metric_id: string, numerator: number, denominator: number, of: Evidence): Figure {
  const value = denominator === 0 ? null : new Fraction(numerator, denominator);
  return { metric_id, value, unit: 'ratio', numerator, ...evidence(denominator, of) };
}

function evidence(denominator: number, { rowsRead, excluded, measure, minimum }: Evidence) {
  const rows_read = rowsRead ?? denominator;
  const note = denominator === 0 ? ('no_qualifying_events' as const) : null;
  const met = Object.entries(minimum).every(
    ([name, least]) => exact(measure[name] ?? 0).compare(exact(least)) >= 0,
  );
  const quality = rows_read === 0 ? ('no_data' as const) : met ? ('ok' as const) : ('below_minimum' as const);
  return {
    denominator,
    note,
    quality,
    data_quality: { rows_read, excluded: excluded ?? {}, measure, minimum },
  };
}

function exact(value: Fraction | number): Fraction {
  return value instanceof Fraction ? value : new Fraction(value);
}

/** Gate 1 for two baselines, which are decimals in text. */
export function gateOne(figures: readonly Figure[], baselineRate: string, baselineP50: string) {
  const rate = Fraction.ofDecimal(baselineRate);
  const p50 = Fraction.ofDecimal(baselineP50);
  const check = (metric_id: string, baseline: Fraction | null, threshold: Fraction, most: boolean) => {
    const measured = figures.find((figure) => figure.metric_id === metric_id)?.value ?? null;
    const side = measured?.compare(threshold) ?? 0;
    let reason: string | null = null;
    if (measured === null) reason = 'not_measured';
    else if (baseline?.above === 0n) reason = 'baseline_is_zero';
    else if (most && side > 0) reason = 'above_threshold';
    else if (!most && side < 0) reason = 'below_threshold';
    return { metric_id, measured, baseline, threshold, pass: reason === null, reason };
  };
  const checks = [
    check('M1', rate, rate.times(new Fraction(70, 100)), true),
    check('M2_P50', p50, p50.times(new Fraction(75, 100)), true),
    check('M4', null, new Fraction(70, 100), false),
    check('M3', null, new Fraction(50, 100), false),
    check('M6', null, new Fraction(10, 100), true),
  ];
  const missed = checks.filter(({ pass }) => !pass).length;
  const decisions = ['proceed', 'iterate_one_more_cycle'];
  return {
    checks,
    passed_all: missed === 0,
    decision: decisions[missed] ?? 'kill_weakest_and_rerun',
    baseline_source: 'request',
    baseline_run_id: null,
  };
}
