import { z } from 'zod';
import { Problem } from '../errors.ts';

/** What an idempotent insert returns: a row when its id was new, none when it was taken. */
export const insertedRow = z.object({ recorded_at: z.date() });

/** What reading the stored one back returns: whether it has the same content, compared as stored (spec 2.4). */
export const storedRow = z.object({ recorded_at: z.date(), same_content: z.boolean() });

export function idConflict(): Problem {
  return new Problem(
    'id-conflict',
    'This id is already used for different content. Use a new id for a new event; to repeat an event, send exactly the same.',
  );
}
