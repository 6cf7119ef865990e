import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../database/statement.ts';
import { assertParticipant, permissionsOf, readAccessTo, role } from '../../plugins/authorisation.ts';
import type { BreakerPolicy } from '../../plugins/storage.ts';
import { readAnswers } from '../answers.ts';
import { accessAnswer } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'access',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 10,
  queue: 100,
};

const readVisibleOrganizations = loadStatement(
  import.meta.url,
  'read-visible-organizations.sql',
  z.object({ org_id: z.string(), name: z.string(), time_zone: z.string(), role: role.nullable() }),
);

const readCycles = loadStatement(
  import.meta.url,
  'read-cycles.sql',
  z.object({
    pilot_cycle_id: z.string(),
    starts_on: z.string().nullable(),
    ends_on: z.string().nullable(),
  }),
);

/** GET /access: what the caller may see and do, so that a page can offer it and nothing else (spec 2.2). */
export const access: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, ['pilot_cycles']);

  app.get('/access', {
    ...app.guard({ bucket: 'reads', permission: 'canViewGovernance', storage }),
    schema: {
      tags: ['Access'],
      summary: 'Read which organisations and cycles the caller may see, and what is permitted there',
      response: readAnswers(accessAnswer),
    },
    handler: (request) =>
      storage.transaction(request, 'read', async (transaction) => {
        await assertParticipant(transaction);
        const [caller, organizations, cycles] = await Promise.all([
          readAccessTo(transaction, [null]),
          transaction.run(readVisibleOrganizations),
          transaction.run(readCycles),
        ]);
        const is_app_admin = caller.get(null)?.is_app_admin ?? false;
        return {
          is_app_admin,
          organizations: organizations.map((organization) => ({
            ...organization,
            permissions: permissionsOf(organization.role, is_app_admin),
          })),
          cycles,
        };
      }),
  });
};
