import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Clock } from '../../clock.ts';
import { assertPermitted } from '../../plugins/authorisation.ts';
import type { BreakerPolicy } from '../../plugins/storage.ts';
import { readAnswers } from '../answers.ts';
import { type Measured, measuredTables } from '../measure.ts';
import { assertRegistered, referenceTables } from '../references.ts';
import { windowOf } from '../window.ts';
import { readOrganizations } from './read-organizations.ts';
import { scorecardReader } from './read-scorecard.ts';
import { recompute } from './recompute.ts';
import {
  organizationsAnswer,
  organizationsQuery,
  recomputeAnswer,
  recomputeBody,
  scorecardAnswer,
  scorecardQuery,
} from './schema.ts';
import { baselineTables } from './scorecard.ts';
import { SharedRecompute } from './shared-recompute.ts';
import { snapshotTables } from './snapshots.ts';

const recomputeStatementMs = 60_000;

/** A recompute reads every event of an organisation, or of all of them: few at a time, and more time for each statement. */
const recomputePolicy: BreakerPolicy = {
  name: 'metrics-recompute',
  opensAfterFailures: 3,
  halfOpenAfterMs: 2_000,
  connections: 2,
  concurrency: 2,
  queue: 20,
  statementTimeoutMs: recomputeStatementMs,
};
/** How many requests one calculation may answer. */
const mostSharers = 200;
const scorecardPolicy: BreakerPolicy = {
  name: 'metrics-scorecard',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 10,
  queue: 100,
};
/** Every organisation at once, for the few who look after all of them: apart from those who read their own. */
const organizationsPolicy: BreakerPolicy = {
  name: 'metrics-organizations',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 2,
  queue: 20,
};

/** POST /metrics/recompute, GET /metrics/scorecard and /metrics/organizations: the seven metrics, computed and read (spec 3). */
export const metrics: FastifyPluginAsyncZod<{ clock: Clock }> = async (app, { clock }) => {
  const recomputeStorage = app.storage(recomputePolicy, [
    ...referenceTables,
    ...snapshotTables,
    ...measuredTables,
  ]);
  const scorecardStorage = app.storage(scorecardPolicy, [
    ...referenceTables,
    ...snapshotTables,
    ...baselineTables,
  ]);
  const organizationsStorage = app.storage(organizationsPolicy, [...referenceTables, ...snapshotTables]);
  const readScorecard = scorecardReader(scorecardStorage);
  const recomputes = new SharedRecompute({
    storage: recomputeStorage,
    calculate: (transaction, measured) => recompute(transaction, measured, clock()),
    calculations: recomputePolicy.concurrency + recomputePolicy.queue,
    sharers: mostSharers,
    patienceMs: recomputeStatementMs / 2,
  });

  app.post('/metrics/recompute', {
    ...app.guard({ bucket: 'recompute', permission: 'canCreateServices', storage: recomputeStorage }),
    schema: {
      tags: ['Metrics'],
      summary: 'Compute the seven metrics and keep them as snapshots',
      description:
        'With org_id those of one organisation. Without, those of the whole cycle, computed from the events of every organisation; only app admins may.',
      body: recomputeBody,
      response: readAnswers(recomputeAnswer, 413, 415, 422),
    },
    handler: (request) => recomputes.answer(request, measuredBy(request.body)),
  });

  app.get('/metrics/scorecard', {
    ...app.guard({ bucket: 'scorecard', permission: 'canViewAnalytics', storage: scorecardStorage }),
    schema: {
      tags: ['Metrics'],
      summary: 'Read the latest snapshot of each metric for exactly one window',
      description:
        'With both baselines the answer also holds the verdict of Gate 1. Without any, the latest stored baseline run of the cycle and organisation that ended by the start of the cycle is used; over the whole cycle none is.',
      querystring: scorecardQuery,
      response: readAnswers(scorecardAnswer, 404),
    },
    handler: (request) => {
      const { baseline_failed_contact_rate: rate, baseline_p50_seconds_to_connection: p50 } = request.query;
      const given = rate !== undefined && p50 !== undefined ? { rate, p50, runId: null } : undefined;
      const baselines = rate === undefined && p50 === undefined ? 'stored' : given;
      return readScorecard(request, { measured: measuredBy(request.query), baselines });
    },
  });

  app.get('/metrics/organizations', {
    ...app.guard({ bucket: 'reads', permission: 'canViewAnalytics', storage: organizationsStorage }),
    schema: {
      tags: ['Metrics'],
      summary: 'Read the latest snapshots of every organisation for exactly one window, side by side',
      description: 'For app admins only.',
      querystring: organizationsQuery,
      response: readAnswers(organizationsAnswer, 422),
    },
    handler: async (request) => {
      const { cycleId, start, end } = measuredBy(request.query);
      const organizations = await organizationsStorage.transaction(request, 'read', async (transaction) => {
        await assertPermitted(transaction, request, null);
        await assertRegistered(transaction, cycleId);
        return readOrganizations(transaction, { cycleId, start, end });
      });
      return { pilot_cycle_id: cycleId, window: windowOf({ start, end }), organizations };
    },
  });
};

interface WhatToMeasure {
  pilot_cycle_id: string;
  org_id?: string | undefined;
  window_start?: Date | undefined;
  window_end?: Date | undefined;
}

function measuredBy({ pilot_cycle_id, org_id, window_start, window_end }: WhatToMeasure): Measured {
  return {
    cycleId: pilot_cycle_id,
    orgId: org_id ?? null,
    start: window_start ?? null,
    end: window_end ?? null,
  };
}
