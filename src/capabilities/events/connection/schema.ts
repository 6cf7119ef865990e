import { z } from 'zod';
import { broken } from '../../../plugins/validation.ts';
import { identifier, time, uuid } from '../../fields.ts';

export const connectionBody = z
  .strictObject({
    id: uuid.optional(),
    pilot_cycle_id: identifier,
    org_id: uuid,
    service_id: identifier,
    connected_at: time,
    contact_attempt_event_id: uuid.optional(),
    referral_event_id: uuid.optional(),
  })
  .superRefine(({ contact_attempt_event_id, referral_event_id }, context) => {
    if ((contact_attempt_event_id === undefined) === (referral_event_id === undefined)) {
      context.addIssue(broken('exactly_one_anchor'));
    }
  })
  .meta({
    id: 'Connection',
    examples: [
      {
        id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e13',
        pilot_cycle_id: 'kingston-2026-spring',
        org_id: '0190a6ef-1111-7000-8000-000000000001',
        service_id: 'kids-help-phone',
        connected_at: '2026-03-02T11:30:00-05:00',
        contact_attempt_event_id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e12',
      },
    ],
  });
