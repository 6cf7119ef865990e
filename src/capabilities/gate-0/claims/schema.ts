import { z } from 'zod';
import { broken } from '../../../plugins/validation.ts';
import { plainText } from '../../fields.ts';
import { expectedRevision, provenance } from '../../governance-records.ts';

const sourceKind = z.enum(['external_agent', 'external_partner', 'public_record', 'internal']);
const status = z.enum(['open', 'investigate', 'validated', 'rejected']);

export const claimBody = z
  .strictObject({
    source_kind: sourceKind,
    status,
    evidence_reference: plainText(300).optional(),
    expected_revision: expectedRevision,
  })
  .superRefine((body, context) => {
    if (body.status === 'validated' && body.evidence_reference === undefined) {
      context.addIssue(broken('needed_when_validated', ['evidence_reference']));
    }
  })
  .meta({
    id: 'Claim',
    description:
      'What is claimed is in the claim log; here it goes by its id. A validated claim names its evidence.',
    examples: [
      {
        source_kind: 'external_agent',
        status: 'validated',
        evidence_reference: 'claim-log row 7, checked against the 2025 annual report',
      },
    ],
  });

export const claim = z
  .strictObject({
    id: z.string(),
    source_kind: sourceKind,
    status,
    evidence_reference: z.string().nullable(),
    ...provenance,
  })
  .meta({
    id: 'ClaimRevision',
    examples: [
      {
        id: 'claim-7',
        source_kind: 'external_agent',
        status: 'validated',
        evidence_reference: 'claim-log row 7, checked against the 2025 annual report',
        revision: 1,
        recorded_at: '2026-03-10T15:04:05.678Z',
        recorded_by: '0190a6ef-2222-7000-8000-000000000002',
        service_version: '0.1.0',
      },
    ],
  });
