import { z } from 'zod';
import { identifier } from '../fields.ts';
import { provenance } from '../governance-records.ts';
import { controlExample } from './examples.ts';

/** C1, C2, C3 and others (spec 5). Small letters mean the same, so that a slip makes no control that nobody completes. */
export const controlCode = z
  .string()
  .max(20)
  .pipe(identifier)
  .transform((code) => code.toUpperCase());

export const controlStatus = z.enum(['pending', 'complete']);

/** A revision of a control as it is answered. */
export const control = z
  .strictObject({
    id: z.string(),
    owner: z.string(),
    due_date: z.string(),
    status: controlStatus,
    evidence_reference: z.string().nullable(),
    is_overdue: z.boolean(),
    ...provenance,
  })
  .meta({
    id: 'IntegrationControlRevision',
    description:
      'is_overdue says that the control is pending and the day on which it is due, in UTC, is over; of a revision in a history, that this was so while it held.',
    examples: [controlExample],
  });

export type Control = z.infer<typeof control>;
