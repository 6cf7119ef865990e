import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { loadStatement } from '../../../database/statement.ts';
import { assertPermitted } from '../../../plugins/authorisation.ts';
import type { BreakerPolicy } from '../../../plugins/storage.ts';
import { readAnswers } from '../../answers.ts';
import { metricIds } from '../../metric-queries.ts';
import { pageFrom, rowsFor } from '../../pages.ts';
import { assertRegistered, referenceTables } from '../../references.ts';
import { windowOf } from '../../window.ts';
import { runFor, snapshotColumns, snapshotTables, toNumber } from '../snapshots.ts';
import { historyPage, historyQuery, windowsPage, windowsQuery } from './schema.ts';

const breakerPolicy: BreakerPolicy = {
  name: 'metrics-history',
  opensAfterFailures: 5,
  halfOpenAfterMs: 2_000,
  concurrency: 4,
  queue: 50,
};

const windowColumns = { window_start: z.date().nullable(), window_end: z.date().nullable() };

const windowRow = z.object({
  ...windowColumns,
  calculated_at: z.date(),
  recompute_id: z.string(),
  recomputes: z.coerce.number(),
});
const readWindows = {
  ofOrganization: loadStatement(import.meta.url, 'read-windows.sql', windowRow),
  ofCycle: loadStatement(import.meta.url, 'read-cycle-windows.sql', windowRow),
};

const snapshotRow = z.object({
  id: z.string(),
  recompute_id: z.string(),
  ...windowColumns,
  ...snapshotColumns,
});
const readHistory = {
  ofOrganization: loadStatement(import.meta.url, 'read-history.sql', snapshotRow),
  ofCycle: loadStatement(import.meta.url, 'read-cycle-history.sql', snapshotRow),
};
const readLatestOfWindows = {
  ofOrganization: loadStatement(import.meta.url, 'read-latest-of-windows.sql', snapshotRow),
  ofCycle: loadStatement(import.meta.url, 'read-cycle-latest-of-windows.sql', snapshotRow),
};

const planForTheseValues = loadStatement(import.meta.url, 'plan-for-these-values.sql', z.unknown());

/** GET /metrics/windows and GET /metrics/history: what was computed, when, and what it was each time. */
export const metricHistory: FastifyPluginAsyncZod = async (app) => {
  const storage = app.storage(breakerPolicy, [...referenceTables, ...snapshotTables]);
  const guard = app.guard({ bucket: 'reads', permission: 'canViewAnalytics', storage });

  app.get('/metrics/windows', {
    ...guard,
    schema: {
      tags: ['Metrics'],
      summary: 'Read which windows were computed, the one that was computed last first',
      description: 'A window that is computed again between two pages moves to the front of the first.',
      querystring: windowsQuery,
      response: readAnswers(windowsPage, 422),
    },
    handler: async (request) => {
      const { pilot_cycle_id: cycleId, org_id: orgId = null, limit, cursor = null } = request.query;
      const rows = await storage.transaction(request, 'read', async (transaction) => {
        await assertPermitted(transaction, request, orgId);
        await assertRegistered(transaction, cycleId);
        return runFor(transaction, readWindows, orgId, [cycleId, cursor, rowsFor(limit)]);
      });
      const { items, next_cursor } = pageFrom(rows, limit, (last) => last.recompute_id);
      return {
        items: items.map(({ window_start: start, window_end: end, calculated_at, recomputes }) => ({
          window: windowOf({ start, end }),
          calculated_at: calculated_at.toISOString(),
          recomputes,
        })),
        next_cursor,
      };
    },
  });

  app.get('/metrics/history', {
    ...guard,
    schema: {
      tags: ['Metrics'],
      summary: 'Read the snapshots of the metrics over time, the newest first',
      description:
        'Those of one recompute come together, by metric. calculated_from and calculated_to are half-open. New snapshots come before the first page, so that a cursor stays where it is; with window=each they may take a window out of a later one.',
      querystring: historyQuery,
      response: readAnswers(historyPage, 422),
    },
    handler: async (request) => {
      const { pilot_cycle_id: cycleId, org_id: orgId = null, metric_id, window, limit } = request.query;
      const { window_start, window_end, calculated_from, calculated_to, cursor } = request.query;
      const metrics = metric_id === undefined ? metricIds : [metric_id];
      const page = [calculated_from ?? null, calculated_to ?? null, cursor ?? null, rowsFor(limit)];
      const bounds = [window_start ?? null, window_end ?? null];
      const rows = await storage.transaction(request, 'read', async (transaction) => {
        await assertPermitted(transaction, request, orgId);
        await assertRegistered(transaction, cycleId);
        const [, snapshots] = await Promise.all([
          transaction.run(planForTheseValues),
          window === 'each'
            ? runFor(transaction, readLatestOfWindows, orgId, [cycleId, metrics, ...page])
            : runFor(transaction, readHistory, orgId, [
                cycleId,
                metrics,
                window === 'any',
                ...bounds,
                ...page,
              ]),
        ]);
        return snapshots;
      });
      const { items, next_cursor } = pageFrom(rows, limit, (last) => last.id);
      return {
        items: items.map(({ window_start: start, window_end: end, calculated_at, value, ...row }) => ({
          ...row,
          calculated_at: calculated_at.toISOString(),
          window: windowOf({ start, end }),
          value: toNumber(value),
        })),
        next_cursor,
      };
    },
  });
};
