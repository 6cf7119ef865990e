import { z } from 'zod';
import { identifier, orgOrCycle } from '../fields.ts';
import { figureFields, metricId } from '../metric-queries.ts';
import { checkWindow, window, windowBounds } from '../window.ts';
import { organizationsExample, recomputeExample, scorecardExample } from './examples.ts';

/** What the figures of a window are asked by. */
export const whatToMeasure = { pilot_cycle_id: identifier, org_id: orgOrCycle, ...windowBounds };

export const recomputeBody = z
  .strictObject(whatToMeasure)
  .superRefine(checkWindow)
  .meta({
    id: 'Recompute',
    examples: [
      {
        pilot_cycle_id: 'kingston-2026-spring',
        org_id: '0190a6ef-1111-7000-8000-000000000001',
        window_start: '2026-03-02T00:00:00-05:00',
        window_end: '2026-03-30T00:00:00-04:00',
      },
    ],
  });

/** Baselines are decimals in plain notation; they reach the comparison as text and are compared in numeric. */
export const scorecardQuery = z
  .strictObject({
    ...whatToMeasure,
    baseline_failed_contact_rate: z.stringFormat('rate', /^(0(\.\d{1,30})?|1(\.0{1,30})?)$/).optional(),
    baseline_p50_seconds_to_connection: z
      .stringFormat('positive_decimal', /^(?=.*[1-9])\d{1,15}(\.\d{1,30})?$/)
      .optional(),
  })
  .superRefine(checkWindow);

const figure = z.number().nullable();

const scorecard = z
  .strictObject({
    pilot_cycle_id: z.string(),
    org_id: z.string().nullable(),
    generated_at: z.string(),
    window,
    m1_failed_contact_rate: figure,
    m2_p50_seconds_to_connection: figure,
    m2_p75_seconds_to_connection: figure,
    m2_p90_seconds_to_connection: figure,
    m3_referral_completion_capture_rate: figure,
    m4_freshness_sla_compliance: figure,
    m5_repeat_failure_rate: figure,
    m6_data_decay_fatal_error_rate: figure,
    m7_preference_fit_indicator: figure,
  })
  .meta({
    id: 'Scorecard',
    description:
      'null means that nothing qualified; see the note of the metric. org_id is null when the figures are those of the whole cycle.',
  });

export type Scorecard = z.infer<typeof scorecard>;

const metric = z
  .strictObject({
    ...figureFields,
    calculated_at: z.string(),
    previous: z.strictObject({ value: figure, calculated_at: z.string() }).nullable(),
  })
  .meta({ id: 'Metric' });

export type Metric = z.infer<typeof metric>;

export const gateOne = z
  .strictObject({
    checks: z.array(
      z.strictObject({
        metric_id: metricId,
        measured: figure,
        baseline: figure,
        threshold: z.number(),
        pass: z.boolean(),
        reason: z.enum(['not_measured', 'baseline_is_zero', 'above_threshold', 'below_threshold']).nullable(),
      }),
    ),
    passed_all: z.boolean(),
    decision: z.enum(['proceed', 'iterate_one_more_cycle', 'kill_weakest_and_rerun']),
    baseline_source: z.enum(['request', 'stored']),
    baseline_run_id: z.string().nullable(),
  })
  .meta({
    id: 'GateOne',
    description:
      'The baselines are those of the request, or M1 and M2_P50 of the stored baseline run that is named.',
  });

export type GateOne = z.infer<typeof gateOne>;

export const recomputeAnswer = z
  .strictObject({
    calculated_at: z.string(),
    snapshots_written: z.number(),
    window,
    scorecard,
    metrics: z.array(metric),
  })
  .meta({ id: 'RecomputeAnswer', examples: [recomputeExample] });

export type RecomputeAnswer = z.infer<typeof recomputeAnswer>;

export const scorecardAnswer = z
  .strictObject({
    scorecard,
    metrics: z.array(metric),
    gate_1: gateOne.nullable(),
  })
  .meta({ id: 'ScorecardAnswer', examples: [scorecardExample] });

export type ScorecardAnswer = z.infer<typeof scorecardAnswer>;

export const organizationsQuery = z
  .strictObject({ pilot_cycle_id: identifier, ...windowBounds })
  .superRefine(checkWindow);

export const organizationsAnswer = z
  .strictObject({
    pilot_cycle_id: z.string(),
    window,
    organizations: z.array(
      z.strictObject({ org_id: z.string(), name: z.string(), metrics: z.array(metric) }),
    ),
  })
  .meta({
    id: 'OrganizationMetrics',
    description: 'Every organisation, by name. metrics is empty where nothing was computed for the window.',
    examples: [organizationsExample],
  });

export type OrganizationsAnswer = z.infer<typeof organizationsAnswer>;
