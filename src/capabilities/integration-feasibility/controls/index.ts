import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { writeAnswers } from '../../answers.ts';
import { answeredTime, GovernanceRecords, latestRow } from '../../governance-records.ts';
import { insertedRow } from '../../idempotency.ts';
import { statusOf } from '../../receipt.ts';
import { control, controlCode } from '../control.ts';
import { readControls } from '../state.ts';
import { controlBody } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'integration-controls',
  opensAfterFailures: 3,
  halfOpenAfterMs: 2_000,
  concurrency: 2,
  queue: 100,
};
const table = 'integration_controls';
const path = '/integration-feasibility/controls';

const statements = {
  insert: loadStatement(import.meta.url, 'insert-control.sql', insertedRow),
  readCurrent: readControls,
  readHistory: loadStatement(
    import.meta.url,
    'read-control-history.sql',
    control.extend({ recorded_at: answeredTime }),
  ),
};

/** /integration-feasibility/controls: C1, C2, C3 and others, pending or complete with evidence (spec 5, G0-3 to G0-5). */
export const integrationControls: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, [table]);
  const records = new GovernanceRecords(storage, {
    path,
    table,
    one: 'control',
    many: 'controls of the integration',
    id: controlCode,
    item: control,
    latest: latestRow,
    statements,
  });

  app.put(`${path}/:id`, {
    ...app.guard({ bucket: 'events', permission: 'canGovern', storage }),
    schema: {
      tags: ['Governance'],
      summary: 'Record a control of the integration, or change it',
      description:
        'The id is the code of the control: C1, C2, C3 or another. Every revision stays in its history.',
      params: z.strictObject({ id: controlCode }),
      body: controlBody,
      response: writeAnswers(),
    },
    handler: async (request, reply) => {
      const receipt = await records.revise(request, { ...request.body, id: request.params.id });
      return reply.code(statusOf(receipt)).send(receipt);
    },
  });
  records.addReadingRoutes(app);
};
