import { z } from 'zod';
import { broken } from '../plugins/validation.ts';
import { time } from './fields.ts';

/** The bounds of a half-open window, as a request gives them; one that is missing is open. */
export const windowBounds = { window_start: time.optional(), window_end: time.optional() };

interface WindowBounds {
  window_start?: Date | undefined;
  window_end?: Date | undefined;
}

/** For use in `superRefine`: a window ends after it starts. */
export function checkWindow({ window_start, window_end }: WindowBounds, context: z.RefinementCtx): void {
  if (window_start && window_end && window_start >= window_end) {
    context.addIssue(broken('window_order', ['window_end']));
  }
}

/** A window as it is answered; null is open. */
export const window = z.strictObject({ start: z.string().nullable(), end: z.string().nullable() });

/** The window between two moments, as it is answered. */
export function windowOf({ start, end }: { start: Date | null; end: Date | null }) {
  return { start: start?.toISOString() ?? null, end: end?.toISOString() ?? null };
}
