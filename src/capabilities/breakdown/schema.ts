import { z } from 'zod';
import {
  attemptChannel,
  attemptOutcome,
  failureReason,
  fatalErrorCategory,
  referralState,
  verificationMode,
} from '../event-values.ts';
import { identifier, orgOrCycle } from '../fields.ts';
import { checkWindow, window, windowBounds } from '../window.ts';
import { breakdownExample } from './example.ts';

const period = z.enum(['day', 'week', 'month']);

export type Period = z.infer<typeof period>;

export const breakdownQuery = z
  .strictObject({
    pilot_cycle_id: identifier,
    org_id: orgOrCycle,
    ...windowBounds,
    per: period.default('week'),
  })
  .superRefine(checkWindow);

/** How many events there were, in all and in each of the periods. */
const counted = { total: z.number(), counts: z.array(z.number()) };

const attempts = z.strictObject({
  attempt_channel: attemptChannel,
  attempt_outcome: attemptOutcome,
  ...counted,
});

const referrals = z.strictObject({
  referral_state: referralState,
  failure_reason_code: failureReason.nullable(),
  ...counted,
});

const audits = z.strictObject({
  fatal_error_category: fatalErrorCategory.nullable(),
  verification_mode: verificationMode,
  ...counted,
});

const bin = z.strictObject({
  from_seconds: z.number(),
  to_seconds: z.number().nullable(),
  count: z.number(),
});

export const breakdownAnswer = z
  .strictObject({
    pilot_cycle_id: z.string(),
    org_id: z.string().nullable(),
    window,
    per: period,
    time_zone: z.string().nullable(),
    counted_at: z.string(),
    periods: z.array(z.string()),
    attempts: z.array(attempts),
    referrals: z.array(referrals),
    audits: z.array(audits),
    time_to_connection: z.strictObject({ total: z.number(), bins: z.array(bin) }),
  })
  .meta({
    id: 'Breakdown',
    description:
      'Events of a window as they are stored now, by what they say and by the day, week or month of their own time. "counts" has one number for each of the periods, which are named by their first day; weeks begin on Monday, and the first and the last period may lie in the window only in part. Every combination that the rules allow is there, with zeros. Days are those of the time zone of the organisation that an event belongs to; time_zone is null where they differ. Attempts count by attempted_at, referrals by created_at with the state of now, audits by audited_at, connections by connected_at as M2 counts them.',
    examples: [breakdownExample],
  });

export type Breakdown = z.infer<typeof breakdownAnswer>;
