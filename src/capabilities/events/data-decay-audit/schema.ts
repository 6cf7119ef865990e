import { z } from 'zod';
import { broken } from '../../../plugins/validation.ts';
import { fatalErrorCategory, verificationMode } from '../../event-values.ts';
import { identifier, time, uuid } from '../../fields.ts';

export const dataDecayAuditBody = z
  .strictObject({
    id: uuid.optional(),
    pilot_cycle_id: identifier,
    org_id: uuid,
    service_id: identifier,
    audited_at: time,
    is_fatal: z.boolean(),
    fatal_error_category: fatalErrorCategory.optional(),
    verification_mode: verificationMode,
  })
  .superRefine(({ is_fatal, fatal_error_category }, context) => {
    if (is_fatal !== (fatal_error_category !== undefined)) {
      context.addIssue(broken('exactly_when_fatal', ['fatal_error_category']));
    }
  })
  .meta({
    id: 'DataDecayAudit',
    examples: [
      {
        id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e15',
        pilot_cycle_id: 'kingston-2026-spring',
        org_id: '0190a6ef-1111-7000-8000-000000000001',
        service_id: 'kids-help-phone',
        audited_at: '2026-03-02T13:15:00-05:00',
        is_fatal: true,
        fatal_error_category: 'wrong_or_disconnected_phone',
        verification_mode: 'web_plus_call',
      },
    ],
  });
