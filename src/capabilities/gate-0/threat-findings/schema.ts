import { z } from 'zod';
import { calendarDate, plainText } from '../../fields.ts';
import { expectedRevision, provenance } from '../../governance-records.ts';

const severity = z.enum(['critical', 'high', 'medium', 'low']);
const likelihood = z.enum(['high', 'medium', 'low']);
const status = z.enum(['open', 'mitigating', 'resolved']);

export const threatFindingBody = z
  .strictObject({
    severity,
    likelihood,
    status,
    mitigation: plainText(500).optional(),
    owner: plainText(120).optional(),
    due_date: calendarDate.optional(),
    expected_revision: expectedRevision,
  })
  .meta({
    id: 'ThreatFinding',
    description: 'What the finding is about is in the threat report; here it goes by its id.',
    examples: [
      {
        severity: 'high',
        likelihood: 'medium',
        status: 'mitigating',
        mitigation: 'Encrypt what a device keeps offline',
        owner: 'security-lead',
        due_date: '2026-04-15',
      },
    ],
  });

export const threatFinding = z
  .strictObject({
    id: z.string(),
    severity,
    likelihood,
    status,
    mitigation: z.string().nullable(),
    owner: z.string().nullable(),
    due_date: z.string().nullable(),
    is_overdue: z.boolean().meta({
      description:
        'Whether this is unresolved and due_date is before today; in a history, whether that was so while the revision held. Days are days in UTC.',
    }),
    ...provenance,
  })
  .meta({
    id: 'ThreatFindingRevision',
    examples: [
      {
        id: 'lost-device',
        severity: 'high',
        likelihood: 'medium',
        status: 'mitigating',
        mitigation: 'Encrypt what a device keeps offline',
        owner: 'security-lead',
        due_date: '2026-04-15',
        is_overdue: false,
        revision: 1,
        recorded_at: '2026-03-10T15:04:05.678Z',
        recorded_by: '0190a6ef-2222-7000-8000-000000000002',
        service_version: '0.1.0',
      },
    ],
  });
