import { z } from 'zod';
import { statusCode } from '../../event-values.ts';
import { identifier, time, uuid } from '../../fields.ts';

export const serviceStatusBody = z
  .strictObject({
    id: uuid.optional(),
    pilot_cycle_id: identifier,
    org_id: uuid,
    service_id: identifier,
    checked_at: time,
    status_code: statusCode,
  })
  .meta({
    id: 'ServiceStatus',
    examples: [
      {
        id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e14',
        pilot_cycle_id: 'kingston-2026-spring',
        org_id: '0190a6ef-1111-7000-8000-000000000001',
        service_id: 'kids-help-phone',
        checked_at: '2026-03-02T09:00:00-05:00',
        status_code: 'available',
      },
    ],
  });
