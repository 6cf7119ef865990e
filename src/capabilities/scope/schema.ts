import { z } from 'zod';
import { identifier, slaTier, uuid } from '../fields.ts';

export const scopeEntryBody = z
  .strictObject({
    pilot_cycle_id: identifier,
    org_id: uuid,
    service_id: identifier,
    sla_tier: slaTier,
  })
  .meta({
    id: 'ScopeEntry',
    examples: [
      {
        pilot_cycle_id: 'kingston-2026-spring',
        org_id: '0190a6ef-1111-7000-8000-000000000001',
        service_id: 'kids-help-phone',
        sla_tier: 'crisis',
      },
    ],
  });
