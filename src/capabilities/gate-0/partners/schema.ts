import { z } from 'zod';
import { broken } from '../../../plugins/validation.ts';
import { identifier, plainText, uuid } from '../../fields.ts';
import { expectedRevision, provenance } from '../../governance-records.ts';

const role = z.enum(['provider', 'frontline']);
const status = z.enum(['candidate', 'confirmed', 'withdrawn']);

export const partnerBody = z
  .strictObject({
    pilot_cycle_id: identifier,
    role,
    name: plainText(200).meta({ description: 'The name of an organisation, never of a person.' }),
    status,
    org_id: uuid.optional().meta({ description: 'The organisation here that a frontline partner is.' }),
    expected_revision: expectedRevision,
  })
  .superRefine(({ role, org_id }, context) => {
    if ((role === 'frontline') !== (org_id !== undefined)) {
      context.addIssue(broken('exactly_when_frontline', ['org_id']));
    }
  })
  .meta({
    id: 'Partner',
    examples: [
      {
        pilot_cycle_id: 'kingston-2026-spring',
        role: 'frontline',
        name: 'Street Health Centre',
        status: 'confirmed',
        org_id: '0190a6ef-1111-7000-8000-000000000001',
      },
    ],
  });

export const partner = z
  .strictObject({
    id: z.string(),
    pilot_cycle_id: z.string(),
    role,
    name: z.string(),
    status,
    org_id: z.string().nullable(),
    ...provenance,
  })
  .meta({
    id: 'PartnerRevision',
    examples: [
      {
        id: 'street-health',
        pilot_cycle_id: 'kingston-2026-spring',
        role: 'frontline',
        name: 'Street Health Centre',
        status: 'confirmed',
        org_id: '0190a6ef-1111-7000-8000-000000000001',
        revision: 1,
        recorded_at: '2026-03-10T15:04:05.678Z',
        recorded_by: '0190a6ef-2222-7000-8000-000000000002',
        service_version: '0.1.0',
      },
    ],
  });
