import { z } from 'zod';
import { broken } from '../../../plugins/validation.ts';
import { calendarDate, plainText } from '../../fields.ts';
import { expectedRevision } from '../../governance-records.ts';
import { controlStatus } from '../control.ts';

export const controlBody = z
  .strictObject({
    owner: plainText(120),
    due_date: calendarDate,
    status: controlStatus,
    evidence_reference: plainText(300).optional(),
    expected_revision: expectedRevision,
  })
  .superRefine(({ status, evidence_reference }, context) => {
    if ((status === 'complete') !== (evidence_reference !== undefined)) {
      context.addIssue(broken('exactly_when_complete', ['evidence_reference']));
    }
  })
  .meta({
    id: 'IntegrationControl',
    examples: [
      {
        owner: 'legal-lead',
        due_date: '2026-03-20',
        status: 'complete',
        evidence_reference: 'legal-review-2026-03',
      },
    ],
  });
