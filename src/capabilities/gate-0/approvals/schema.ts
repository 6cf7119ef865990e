import { z } from 'zod';
import { broken } from '../../../plugins/validation.ts';
import { calendarDate, plainText } from '../../fields.ts';
import { expectedRevision, provenance } from '../../governance-records.ts';

/** The seven decisions that have to be approved (spec 5). */
export const approvalId = z.enum(['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7']);

const status = z.enum(['open', 'locked']);

const unlockReason = z.enum([
  'new_evidence',
  'scope_changed',
  'owner_changed',
  'constraint_changed',
  'recorded_in_error',
]);

const partners = z.int().min(0).max(1000);

const partnerRange = ['providers_min', 'providers_max', 'frontline_min', 'frontline_max'] as const;

export const approvalBody = z
  .strictObject({
    choice: plainText(500),
    owner: plainText(120),
    decision_date: calendarDate,
    status,
    unlock_reason_code: unlockReason.optional(),
    providers_min: partners.optional(),
    providers_max: partners.optional(),
    frontline_min: partners.optional(),
    frontline_max: partners.optional(),
    expected_revision: expectedRevision,
  })
  .superRefine((body, context) => {
    if (body.unlock_reason_code && body.status !== 'open') {
      context.addIssue(broken('only_when_open', ['unlock_reason_code']));
    }
    const given = partnerRange.filter((name) => body[name] !== undefined);
    if (given.length % partnerRange.length > 0) {
      const missing = partnerRange.find((name) => body[name] === undefined);
      context.addIssue(broken('all_or_none', missing ? [missing] : []));
    }
    for (const [min, max] of [
      ['providers_min', 'providers_max'],
      ['frontline_min', 'frontline_max'],
    ] as const) {
      if ((body[min] ?? 0) > (body[max] ?? Number.POSITIVE_INFINITY)) {
        context.addIssue(broken('range_order', [min]));
      }
    }
  })
  .meta({
    id: 'Approval',
    description:
      'The partner range belongs to D4 alone; where D4 does not say, 5 to 10 providers and 2 to 3 frontline organisations are meant.',
    examples: [
      {
        choice: 'Reach a service at the first attempt',
        owner: 'governance-lead',
        decision_date: '2026-03-03',
        status: 'open',
      },
      {
        choice: 'Five to ten providers and two to three frontline organisations',
        owner: 'governance-lead',
        decision_date: '2026-03-10',
        status: 'locked',
        providers_min: 5,
        providers_max: 10,
        frontline_min: 2,
        frontline_max: 3,
      },
    ],
  });

export const approval = z
  .strictObject({
    id: approvalId,
    choice: z.string(),
    owner: z.string(),
    decision_date: z.string(),
    status,
    unlock_reason_code: unlockReason.nullable(),
    providers_min: z.number().nullable(),
    providers_max: z.number().nullable(),
    frontline_min: z.number().nullable(),
    frontline_max: z.number().nullable(),
    ...provenance,
  })
  .meta({
    id: 'ApprovalRevision',
    examples: [
      {
        id: 'D4',
        choice: 'Five to ten providers and two to three frontline organisations',
        owner: 'governance-lead',
        decision_date: '2026-03-10',
        status: 'locked',
        unlock_reason_code: null,
        providers_min: 5,
        providers_max: 10,
        frontline_min: 2,
        frontline_max: 3,
        revision: 1,
        recorded_at: '2026-03-10T15:04:05.678Z',
        recorded_by: '0190a6ef-2222-7000-8000-000000000002',
        service_version: '0.1.0',
      },
    ],
  });
