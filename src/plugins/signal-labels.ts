import { type ProblemCode, problemTypes } from '../errors.ts';

/** The closed lists from which the labels of the metrics come. */

export const breakerStates = ['closed', 'half_open', 'open'] as const;
export const readinessStates = [
  'ready',
  'database_away',
  'migrations_pending',
  'tables_missing',
  'stopping',
] as const;

export type BreakerState = (typeof breakerStates)[number];
export type ReadinessState = (typeof readinessStates)[number];

/** Why a capability turned work away before the database was asked. */
export const storageRefusals = ['breaker_open', 'no_room'] as const;

export type StorageRefusal = (typeof storageRefusals)[number];

/** What became of an event that was accepted. */
export type EventResult = 'created' | 'updated' | 'replayed';

export const eventResults: readonly EventResult[] = ['created', 'updated', 'replayed'];

/** What a calculation of the metrics is of: one organisation in a cycle, or the whole cycle. */
export type RecomputeScope = 'organization' | 'cycle';

export const recomputeScopes: readonly RecomputeScope[] = ['organization', 'cycle'];

/** How a calculation of the metrics ended; `refused` is the caller's doing. */
export type RecomputeResult = 'ok' | 'refused' | 'failed';

export const recomputeResults: readonly RecomputeResult[] = ['ok', 'refused', 'failed'];

/** What may become of a single event in a batch; whatever may pass by itself is the answer to the whole batch. */
export const eventProblems: readonly ProblemCode[] = [
  'malformed-json',
  'privacy-key',
  'invalid-request',
  'forbidden',
  'not-found',
  'id-conflict',
  'state-conflict',
  'body-too-large',
  'unknown-reference',
  'internal-error',
  'missing-table',
];

const allProblems = Object.keys(problemTypes).filter((code): code is ProblemCode => code in problemTypes);

/** The refusals behind the statuses that a route declares. */
export function problemsOf(statuses: readonly string[]): ProblemCode[] {
  return allProblems.filter((code) => statuses.includes(String(problemTypes[code].status)));
}

/** Where a request went: a route's template and method. What no route answers is `(unknown)` in both. */
export interface RequestLabels {
  method: string;
  route: string;
}

/** The kind of an event in a batch that cannot be told. */
export const unknownKind = '(unknown)';
