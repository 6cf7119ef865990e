import { z } from 'zod';
import { identifier, time, uuid } from '../../fields.ts';

/** Here `recorded_at` is the event's own time; in the answer it is the arrival, as everywhere. */
export const preferenceFitBody = z
  .strictObject({
    id: uuid.optional(),
    pilot_cycle_id: identifier,
    org_id: uuid,
    cohort_label: identifier,
    recorded_at: time,
    preferred_via_careconnect: z.boolean(),
  })
  .meta({
    id: 'PreferenceFit',
    examples: [
      {
        id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e16',
        pilot_cycle_id: 'kingston-2026-spring',
        org_id: '0190a6ef-1111-7000-8000-000000000001',
        cohort_label: 'youth-housing',
        recorded_at: '2026-03-02T14:00:00-05:00',
        preferred_via_careconnect: true,
      },
    ],
  });
