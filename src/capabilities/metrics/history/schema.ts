import { z } from 'zod';
import { broken } from '../../../plugins/validation.ts';
import { identifier, orgOrCycle, time, uuid } from '../../fields.ts';
import { figureFields, metricId } from '../../metric-queries.ts';
import { pageOf, pageQuery } from '../../pages.ts';
import { checkWindow, window } from '../../window.ts';
import { whatToMeasure } from '../schema.ts';
import { snapshotExample, windowExample } from './examples.ts';

export const windowsQuery = z.strictObject({
  pilot_cycle_id: identifier,
  org_id: orgOrCycle,
  ...pageQuery(uuid),
});

export const windowsPage = pageOf(
  z.strictObject({ window, calculated_at: z.string(), recomputes: z.number() }).meta({
    id: 'ComputedWindow',
    description: 'A window, when it was computed last, and how many times it was.',
  }),
).meta({ id: 'ComputedWindowPage', examples: [{ items: [windowExample], next_cursor: null }] });

export const historyQuery = z
  .strictObject({
    ...whatToMeasure,
    metric_id: metricId.optional(),
    window: z.enum(['exact', 'any', 'each']).default('exact').meta({
      description:
        'exact: snapshots of exactly the window of the bounds, an absent one being open, as the scorecard has it. any: of whatever window. each: of each window what was calculated last. Both without bounds.',
    }),
    calculated_from: time.optional(),
    calculated_to: time.optional(),
    ...pageQuery(uuid),
  })
  .superRefine(checkWindow)
  .superRefine(({ window, window_start, window_end, calculated_from, calculated_to }, context) => {
    if (window !== 'exact' && window_start) context.addIssue(broken('only_for_exact', ['window_start']));
    if (window !== 'exact' && window_end) context.addIssue(broken('only_for_exact', ['window_end']));
    if (calculated_from && calculated_to && calculated_from >= calculated_to) {
      context.addIssue(broken('calculated_order', ['calculated_to']));
    }
  });

export const historyPage = pageOf(
  z
    .strictObject({
      id: z.string(),
      recompute_id: z.string(),
      calculated_at: z.string(),
      window,
      ...figureFields,
    })
    .meta({
      id: 'MetricSnapshot',
      description:
        'What a recompute found for one metric. The nine of one recompute share its id and moment.',
    }),
).meta({ id: 'MetricHistoryPage', examples: [{ items: [snapshotExample], next_cursor: null }] });
