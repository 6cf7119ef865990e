import { z } from 'zod';
import { identifier, uuid } from '../../fields.ts';
import { figureFields } from '../../metric-queries.ts';
import { baselineExample } from './example.ts';

export const baselineQuery = z.strictObject({ pilot_cycle_id: identifier, org_id: uuid });

export const storedBaseline = z
  .strictObject({
    run_id: z.string(),
    start_date: z.string(),
    end_date: z.string(),
    time_zone: z.string(),
    calculated_at: z.string(),
    metrics: z.array(z.strictObject(figureFields)),
  })
  .meta({
    id: 'StoredBaseline',
    description:
      'What the metrics were in a window before the pilot, as the scorecard compares them in Gate 1. The days are those of the time zone; end_date is the first that no longer counts.',
    examples: [baselineExample],
  });

export type StoredBaseline = z.infer<typeof storedBaseline>;
