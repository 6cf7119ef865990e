import type { Page } from 'playwright-core';
import type { StoredBaseline } from '../../../src/capabilities/metrics/baseline/schema.ts';

/** A baseline of four weeks that counts what is said. */
export function baselineOf(failed: number, attempts: number, completeness = 1): StoredBaseline {
  const common = { note: null, query_version: 1 };
  const minimum = (name: string, least: number, value: number) => ({
    rows_read: attempts,
    excluded: {},
    measure: { [name]: value },
    minimum: { [name]: least },
  });
  return {
    run_id: '0190a6ef-2222-7000-8000-000000000001',
    start_date: '2026-02-02',
    end_date: '2026-03-02',
    time_zone: 'America/Toronto',
    calculated_at: '2026-03-02T12:00:00.000Z',
    metrics: [
      {
        ...common,
        metric_id: 'M1',
        value: failed / attempts,
        unit: 'ratio',
        numerator: failed,
        denominator: attempts,
        quality: completeness < 0.95 ? 'below_minimum' : 'ok',
        data_quality: minimum('outcome_completeness', 0.95, completeness),
        query_id: 'm1_failed_contact_rate',
      },
      {
        ...common,
        metric_id: 'M2_P50',
        value: 28_800,
        unit: 'seconds',
        numerator: null,
        denominator: attempts - failed,
        quality: 'ok',
        data_quality: minimum('usable_timestamps', 0.9, 1),
        query_id: 'm2_seconds_to_connection',
      },
    ],
  };
}

/** Answers with a baseline instead of the service; null is that none is stored. */
export async function answerBaseline(page: Page, baseline: StoredBaseline | null): Promise<void> {
  await page.unroute('**/metrics/baseline?*');
  await page.route('**/metrics/baseline?*', (route) =>
    baseline
      ? route.fulfill({ json: baseline })
      : route.fulfill({
          status: 404,
          contentType: 'application/problem+json',
          json: { type: '/problems/not-found', title: 'Not found', status: 404, detail: 'None is stored.' },
        }),
  );
}
