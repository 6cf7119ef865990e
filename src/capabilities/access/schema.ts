import { z } from 'zod';
import { organizationPermission, role } from '../../plugins/authorisation.ts';

const organization = z.strictObject({
  org_id: z.string(),
  name: z.string(),
  time_zone: z.string(),
  role: role.nullable(),
  permissions: z.array(organizationPermission),
});

const cycle = z.strictObject({
  pilot_cycle_id: z.string(),
  starts_on: z.string().nullable(),
  ends_on: z.string().nullable(),
});

export const accessAnswer = z
  .strictObject({
    is_app_admin: z.boolean(),
    organizations: z.array(organization),
    cycles: z.array(cycle),
  })
  .meta({
    id: 'Access',
    description:
      'The organisations whose rows the caller may see, by name, with what the caller may do there; an app admin sees every one, with the role null where the caller is no member. Cycles come with the latest start first, then those without one.',
    examples: [
      {
        is_app_admin: false,
        organizations: [
          {
            org_id: '0190a6ef-1111-7000-8000-000000000001',
            name: 'Kingston Shelter',
            time_zone: 'America/Toronto',
            role: 'viewer',
            permissions: ['canViewAnalytics'],
          },
        ],
        cycles: [{ pilot_cycle_id: 'kingston-2026-spring', starts_on: '2026-03-02', ends_on: '2026-03-30' }],
      },
    ],
  });

export type AccessAnswer = z.infer<typeof accessAnswer>;
