import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import { Problem } from '../../../errors.ts';
import { assertPermitted } from '../../../plugins/authorisation.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { readAnswers } from '../../answers.ts';
import { assertRegistered, referenceTables } from '../../references.ts';
import { baselineTables, readComparableRun } from '../scorecard.ts';
import { snapshotColumns, toNumber } from '../snapshots.ts';
import { baselineQuery, storedBaseline } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'metrics-baseline',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 4,
  queue: 50,
};

const readFigures = loadStatement(
  import.meta.url,
  'read-baseline-figures.sql',
  z.object({ start_date: z.string(), end_date: z.string(), time_zone: z.string(), ...snapshotColumns }),
);

/** GET /metrics/baseline: what Gate 1 compares an organisation with, and how much that rests on (spec 3, 5). */
export const metricBaseline: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, [...referenceTables, ...baselineTables]);

  app.get('/metrics/baseline', {
    ...app.guard({ bucket: 'reads', permission: 'canViewAnalytics', storage }),
    schema: {
      tags: ['Metrics'],
      summary: 'Read the stored baseline that Gate 1 compares with',
      description:
        'The latest stored baseline run of the organisation and cycle that ended by the start of the cycle, with all of its figures.',
      querystring: baselineQuery,
      response: readAnswers(storedBaseline, 404, 422),
    },
    handler: async (request) => {
      const { pilot_cycle_id: cycleId, org_id: orgId } = request.query;
      return storage.transaction(request, 'read', async (transaction) => {
        await assertPermitted(transaction, request, orgId);
        await assertRegistered(transaction, cycleId);
        const run = await readComparableRun(transaction, orgId, cycleId);
        const figures = run ? await transaction.run(readFigures, [orgId, run.run_id]) : [];
        const [first] = figures;
        if (!run || !first) throw noBaseline();
        return {
          run_id: run.run_id,
          start_date: first.start_date,
          end_date: first.end_date,
          time_zone: first.time_zone,
          calculated_at: first.calculated_at.toISOString(),
          metrics: figures.map(({ start_date, end_date, time_zone, calculated_at, value, ...figure }) => ({
            ...figure,
            value: toNumber(value),
          })),
        };
      });
    },
  });
};

function noBaseline(): Problem {
  return new Problem(
    'not-found',
    'No baseline from before the start of this cycle is stored for this organisation. An operator takes one with the command "baseline".',
  );
}
