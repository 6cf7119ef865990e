import type { Body, Figure, Oracle } from '../capabilities/metrics/oracle.ts';

const scorecardNames = [
  'm1_failed_contact_rate',
  'm2_p50_seconds_to_connection',
  'm2_p75_seconds_to_connection',
  'm2_p90_seconds_to_connection',
  'm3_referral_completion_capture_rate',
  'm4_freshness_sla_compliance',
  'm5_repeat_failure_rate',
  'm6_data_decay_fatal_error_rate',
  'm7_preference_fit_indicator',
];

/** The figures of one recompute, and the answers that hold them. */
interface Snapshot {
  calculatedAt: string;
  figures: Figure[];
  scorecard: Body;
  metrics: Body[];
}

/** The snapshots that were taken, by organisation (null: all together), cycle and window, and what is answered of them (spec 3). */
export class SnapshotModel {
  readonly #oracle: Oracle;
  readonly #taken = new Map<string, Snapshot>();

  constructor(oracle: Oracle) {
    this.#oracle = oracle;
  }

  latest(org: string | null, fields: Body): Snapshot | undefined {
    return this.#taken.get(keyOf(org, fields));
  }

  /** @returns the answer to a recompute, and the rows that it writes */
  recompute(org: string | null, fields: Body, calculatedAt: string): { body: Body; rows: Body[] } {
    const bounds = boundsOf(fields);
    const { pilot_cycle_id } = fields;
    const window = {
      ...(bounds.start !== null && { window_start: bounds.start }),
      ...(bounds.end !== null && { window_end: bounds.end }),
    };
    const figures = this.#oracle.figures(org, String(pilot_cycle_id), window, Date.parse(calculatedAt));
    const before = this.latest(org, fields);
    const metrics = figures.map((figure, index) => ({
      ...figure,
      calculated_at: calculatedAt,
      previous: before ? { value: before.figures[index]?.value, calculated_at: before.calculatedAt } : null,
    }));
    const scorecard = {
      pilot_cycle_id,
      org_id: org,
      generated_at: calculatedAt,
      window: bounds,
      ...Object.fromEntries(scorecardNames.map((name, index) => [name, figures[index]?.value])),
    };
    this.#taken.set(keyOf(org, fields), { calculatedAt, figures, scorecard, metrics });
    return {
      body: {
        calculated_at: calculatedAt,
        snapshots_written: figures.length,
        window: bounds,
        scorecard,
        metrics,
      },
      rows: figures.map(({ metric_id, numerator, denominator }) => ({
        ...(org !== null && { org_id: org }),
        pilot_cycle_id,
        metric_id,
        window_start: bounds.start,
        window_end: bounds.end,
        calculated_at: calculatedAt,
        numerator: numerator === null ? null : String(numerator),
        denominator: String(denominator),
      })),
    };
  }
}

function boundsOf({ window_start, window_end }: Body): { start: string | null; end: string | null } {
  return {
    start: window_start === undefined ? null : String(window_start),
    end: window_end === undefined ? null : String(window_end),
  };
}

function keyOf(org: string | null, fields: Body): string {
  const { start, end } = boundsOf(fields);
  return [org, fields.pilot_cycle_id, start, end].join(' ');
}
