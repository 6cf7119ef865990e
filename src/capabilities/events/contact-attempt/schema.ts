import { z } from 'zod';
import { broken } from '../../../plugins/validation.ts';
import { attemptChannel, attemptOutcome } from '../../event-values.ts';
import { identifier, time, uuid } from '../../fields.ts';

const sha256OfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** SHA-256 of an identifier, made in the organisation. Hashes of nothing are refused: they would count as one person. */
const entityKeyHash = z
  .stringFormat('sha256_hex', /^[0-9a-fA-F]{64}$/)
  .toLowerCase()
  .superRefine((value, context) => {
    if (value === sha256OfNothing || /^(.)\1{63}$/.test(value)) context.addIssue(broken('real_hash'));
  });

export const contactAttemptBody = z
  .strictObject({
    id: uuid.optional(),
    pilot_cycle_id: identifier,
    service_id: identifier,
    recorded_by_org_id: uuid,
    entity_key_hash: entityKeyHash,
    attempt_channel: attemptChannel,
    attempt_outcome: attemptOutcome,
    attempted_at: time,
    resolved_at: time.optional(),
    outcome_notes_code: z
      .enum([
        'busy_signal',
        'voicemail_only',
        'eligibility_mismatch',
        'hours_mismatch',
        'capacity_full',
        'unknown_failure',
      ])
      .optional(),
  })
  .superRefine(({ attempted_at, resolved_at }, context) => {
    if (resolved_at && resolved_at < attempted_at) {
      context.addIssue(broken('not_before_attempted_at', ['resolved_at']));
    }
  })
  .meta({
    id: 'ContactAttempt',
    examples: [
      {
        id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e12',
        pilot_cycle_id: 'kingston-2026-spring',
        service_id: 'kids-help-phone',
        recorded_by_org_id: '0190a6ef-1111-7000-8000-000000000001',
        entity_key_hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        attempt_channel: 'phone',
        attempt_outcome: 'disconnected_number',
        attempted_at: '2026-03-02T10:04:05-05:00',
      },
    ],
  });
