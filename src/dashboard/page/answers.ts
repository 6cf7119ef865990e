import type { z } from 'zod';
import type { AccessAnswer } from '../../capabilities/access/schema.ts';
import type { Breakdown } from '../../capabilities/breakdown/schema.ts';
import type { Freshness } from '../../capabilities/freshness/schema.ts';
import type { StoredBaseline } from '../../capabilities/metrics/baseline/schema.ts';
import type { historyPage, windowsPage } from '../../capabilities/metrics/history/schema.ts';
import type {
  OrganizationsAnswer,
  RecomputeAnswer,
  ScorecardAnswer,
} from '../../capabilities/metrics/schema.ts';
import type { VerdictAnswer } from '../../gate-0/verdict/schema.ts';

export type HistoryPage = z.infer<typeof historyPage>;

export type WindowsPage = z.infer<typeof windowsPage>;

/** What the page reads, by path below /api/v1/pilot, and what is answered there. */
export interface Reads {
  '/access': AccessAnswer;
  '/gate-0': VerdictAnswer;
  '/metrics/baseline': StoredBaseline;
  '/metrics/breakdown': Breakdown;
  '/metrics/history': HistoryPage;
  '/metrics/organizations': OrganizationsAnswer;
  '/metrics/scorecard': ScorecardAnswer;
  '/metrics/windows': WindowsPage;
  '/scope/freshness': Freshness;
}

/** What it writes. */
export interface Writes {
  '/metrics/recompute': RecomputeAnswer;
}
