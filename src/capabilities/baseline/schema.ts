import { z } from 'zod';
import { answeredTime } from '../governance-records.ts';
import { figureFields } from '../metric-queries.ts';

/** One metric of a baseline, as it is stored. */
const baselineMetric = z.strictObject({
  ...figureFields,
  /** The numeric as PostgreSQL writes it. */
  value: z.string().nullable(),
});

export type BaselineMetric = z.infer<typeof baselineMetric>;

/** A baseline run as it is stored, with its metrics and what it is called after. */
export const baselineRun = z.strictObject({
  id: z.string(),
  org_id: z.string(),
  org_name: z.string(),
  pilot_cycle_id: z.string(),
  cycle_starts_on: z.string().nullable(),
  start_date: z.string(),
  /** The first day that no longer counts. */
  end_date: z.string(),
  days: z.number(),
  time_zone: z.string(),
  window_start: answeredTime,
  window_end: answeredTime,
  calculated_at: answeredTime,
  recorded_at: answeredTime,
  service_version: z.string(),
  metrics: z.array(baselineMetric),
});

export type BaselineRun = z.infer<typeof baselineRun>;
