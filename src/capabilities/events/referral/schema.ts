import { z } from 'zod';
import { broken } from '../../../plugins/validation.ts';
import { failureReason, failureStates, referralState } from '../../event-values.ts';
import { identifier, time, uuid } from '../../fields.ts';

interface StateFields {
  referral_state: z.infer<typeof referralState>;
  terminal_at?: Date | undefined;
  failure_reason_code?: z.infer<typeof failureReason> | undefined;
}

/** A terminal time goes with a terminal state and only with one; a reason goes only with the two failures (spec 2.4). */
function checkState(
  { referral_state, terminal_at, failure_reason_code }: StateFields,
  context: z.RefinementCtx,
): void {
  if ((referral_state === 'initiated') !== (terminal_at === undefined)) {
    context.addIssue(broken('exactly_when_terminal', ['terminal_at']));
  }
  if (failure_reason_code !== undefined && !failureStates.some((state) => state === referral_state)) {
    context.addIssue(broken('only_for_failures', ['failure_reason_code']));
  }
}

export const referralBody = z
  .strictObject({
    id: uuid.optional(),
    pilot_cycle_id: identifier,
    source_org_id: uuid,
    target_service_id: identifier,
    referral_state: referralState.default('initiated'),
    created_at: time,
    updated_at: time,
    terminal_at: time.optional(),
    failure_reason_code: failureReason.optional(),
  })
  .superRefine((referral, context) => {
    checkState(referral, context);
    for (const field of ['updated_at', 'terminal_at'] as const) {
      const moment = referral[field];
      if (moment && moment < referral.created_at) context.addIssue(broken('not_before_created_at', [field]));
    }
  })
  .meta({
    id: 'Referral',
    examples: [
      {
        id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e17',
        pilot_cycle_id: 'kingston-2026-spring',
        source_org_id: '0190a6ef-1111-7000-8000-000000000001',
        target_service_id: 'kids-help-phone',
        created_at: '2026-03-02T10:00:00-05:00',
        updated_at: '2026-03-02T10:00:00-05:00',
      },
    ],
  });

export const referralUpdateParams = z.strictObject({ id: uuid });

export const referralUpdateBody = z
  .strictObject({
    source_org_id: uuid,
    referral_state: referralState,
    updated_at: time,
    terminal_at: time.optional(),
    failure_reason_code: failureReason.optional(),
  })
  .superRefine(checkState)
  .meta({
    id: 'ReferralUpdate',
    examples: [
      {
        source_org_id: '0190a6ef-1111-7000-8000-000000000001',
        referral_state: 'failed',
        updated_at: '2026-03-04T16:20:00-05:00',
        terminal_at: '2026-03-04T16:20:00-05:00',
        failure_reason_code: 'intake_closed',
      },
    ],
  });
