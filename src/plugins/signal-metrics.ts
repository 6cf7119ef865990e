import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ConnectionCounts } from '../database/database.ts';
import type { MigrationState } from '../database/migrations.ts';
import { type FieldError, Problem } from '../errors.ts';
import { serviceVersion } from '../version.ts';
import { errorCounts, troubles } from './logging.ts';
import type { Bucket } from './rate-limits.ts';
import {
  type BreakerState,
  breakerStates,
  type EventResult,
  eventProblems,
  eventResults,
  problemsOf,
  type ReadinessState,
  type RecomputeResult,
  type RecomputeScope,
  type RequestLabels,
  readinessStates,
  recomputeResults,
  recomputeScopes,
  type StorageRefusal,
  storageRefusals,
  unknownKind,
} from './signal-labels.ts';
import { fieldCodes } from './validation.ts';

const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const recomputeBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const groupBuckets = [1, 2, 5, 10, 20, 50, 100, 200];

/**
 * Everything that this service counts, in a registry of its own. The values of all labels come from closed lists: route
 * templates, codes of the registry of refusals, names that capabilities give themselves. Nothing that a caller sent is handed in
 * here. A series that an alert watches is there from the start with 0, because Prometheus does not see the first step of a
 * series that begins with 1.
 */
export class Signals {
  readonly #registry = new Registry();
  readonly #breakers = new Map<string, () => BreakerState>();
  readonly #pools = new Map<string, () => ConnectionCounts>();
  #readReadiness: () => Promise<ReadinessState> = async () => 'stopping';

  readonly #requests = this.#counter(
    'pilot_http_requests_total',
    'Answered requests by method, route template and status.',
    ['method', 'route', 'status'],
  );
  readonly #durations = this.#histogram(
    'pilot_http_request_duration_seconds',
    'Seconds from the head of a request to the end of its answer.',
    requestBuckets,
    ['method', 'route', 'status'],
  );
  readonly #aborted = this.#counter(
    'pilot_http_requests_aborted_total',
    'Requests whose sender hung up before the answer.',
    ['method', 'route'],
  );
  readonly #rejections = this.#counter(
    'pilot_rejections_total',
    'Refused requests by method, route template and problem code.',
    ['method', 'route', 'problem'],
  );
  readonly #rejectionCodes = this.#counter(
    'pilot_rejection_codes_total',
    'What was wrong with refused requests; one with several codes counts once for each.',
    ['method', 'route', 'problem', 'code'],
  );
  readonly #batchRejections = this.#counter(
    'pilot_batch_event_rejections_total',
    'Refused events of batches by kind and problem code.',
    ['kind', 'problem'],
  );
  readonly #batchRejectionCodes = this.#counter(
    'pilot_batch_event_rejection_codes_total',
    'What was wrong with refused events of batches; one with several codes counts once for each.',
    ['kind', 'problem', 'code'],
  );
  readonly #rateLimited = this.#counter(
    'pilot_rate_limit_refusals_total',
    'Requests refused by a rate limit, by bucket.',
    ['bucket'],
  );
  readonly #events = this.#counter(
    'pilot_events_recorded_total',
    'Acknowledged events by kind and result, those of batches included.',
    ['kind', 'result'],
  );
  readonly #groups = this.#histogram(
    'pilot_group_commit_size',
    'How many requests or events of a batch shared a transaction, by capability.',
    groupBuckets,
    ['breaker'],
  );
  readonly #openings = this.#counter('pilot_breaker_openings_total', 'Openings of a circuit breaker.', [
    'breaker',
  ]);
  readonly #storageRefusals = this.#counter(
    'pilot_storage_refusals_total',
    'Work turned away before the database was asked, by capability and reason.',
    ['breaker', 'reason'],
  );
  readonly #recomputes = this.#histogram(
    'pilot_recompute_duration_seconds',
    'Seconds that calculations of the metrics took, by what they are of and how they ended.',
    recomputeBuckets,
    ['of', 'result'],
  );
  readonly #lastRecomputes = {
    ok: this.#gauge(
      'pilot_recompute_last_success_timestamp_seconds',
      'When a calculation last succeeded; 0 before.',
      ['of'],
    ),
    failed: this.#gauge(
      'pilot_recompute_last_failure_timestamp_seconds',
      'When a calculation last failed; 0 before.',
      ['of'],
    ),
  };
  readonly #readiness = this.#gauge('pilot_readiness', '1 for what /readyz answers at this moment.', [
    'state',
  ]);
  readonly #migrations = this.#gauge(
    'pilot_migrations',
    'Migrations by state, as the last readiness check saw them.',
    ['state'],
  );

  constructor() {
    this.#gauge('pilot_build_info', 'Always 1; the versions are in the labels.', ['version', 'node']).set(
      { version: serviceVersion, node: process.version },
      1,
    );
    const breakers = this.#breakers;
    this.#collected('pilot_breaker_state', '1 for the state that a breaker is in.', ['breaker', 'state'], {
      collect() {
        for (const [breaker, read] of breakers) {
          const current = read();
          for (const state of breakerStates) this.set({ breaker, state }, Number(state === current));
        }
      },
    });
    const pools = this.#pools;
    this.#collected('pilot_db_pool_connections', 'Connections of a pool by state.', ['pool', 'state'], {
      collect() {
        for (const [pool, read] of pools) {
          const { inUse, idle } = read();
          this.set({ pool, state: 'in_use' }, inUse);
          this.set({ pool, state: 'idle' }, idle);
        }
      },
    });
    this.#collected('pilot_db_pool_connections_max', 'How many connections a pool may have.', ['pool'], {
      collect() {
        for (const [pool, read] of pools) this.set({ pool }, read().max);
      },
    });
    this.#collected('pilot_db_pool_waiting', 'Transactions that wait for a connection of a pool.', ['pool'], {
      collect() {
        for (const [pool, read] of pools) this.set({ pool }, read().waiting);
      },
    });
    new Counter({
      name: 'pilot_log_errors_total',
      help: 'Warnings and errors in the log of this process, by event.',
      labelNames: ['event'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const event of troubles) this.inc({ event }, errorCounts.get(event) ?? 0);
      },
    });
    for (const of of recomputeScopes) {
      for (const result of recomputeResults) this.#recomputes.zero({ of, result });
      for (const last of Object.values(this.#lastRecomputes)) last.set({ of }, 0);
    }
    this.#expectRejections(unknownKind);
  }

  /** What this process uses, and how late its event loop is; for a process that serves one application. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Announces a route with the statuses that it declares. */
  expectRequests(labels: RequestLabels, statuses: readonly string[]): void {
    for (const status of statuses) this.#requests.inc({ ...labels, status }, 0);
    for (const problem of problemsOf(statuses)) this.#rejections.inc({ ...labels, problem }, 0);
  }

  requestAnswered(labels: RequestLabels, status: number, seconds: number): void {
    const series = { ...labels, status };
    this.#requests.inc(series);
    this.#durations.observe(series, seconds);
  }

  requestAborted(labels: RequestLabels): void {
    this.#aborted.inc({ ...labels });
  }

  requestRefused(labels: RequestLabels, { code: problem, errors }: Problem): void {
    this.#rejections.inc({ ...labels, problem });
    for (const code of codesIn(errors)) this.#rejectionCodes.inc({ ...labels, problem, code });
  }

  expectKind(kind: string): void {
    for (const result of eventResults) this.#events.inc({ kind, result }, 0);
    this.#expectRejections(kind);
  }

  #expectRejections(kind: string): void {
    for (const problem of eventProblems) this.#batchRejections.inc({ kind, problem }, 0);
  }

  eventRecorded(kind: string, result: EventResult): void {
    this.#events.inc({ kind, result });
  }

  /** An event of a batch was refused; its kind is undefined when it cannot be told. */
  eventRefused({ code: problem, errors }: Problem, kind: string = unknownKind): void {
    this.#batchRejections.inc({ kind, problem });
    for (const code of codesIn(errors)) this.#batchRejectionCodes.inc({ kind, problem, code });
  }

  expectBucket(bucket: Bucket | 'batch-events'): void {
    this.#rateLimited.inc({ bucket }, 0);
  }

  rateLimited(bucket: Bucket | 'batch-events'): void {
    this.#rateLimited.inc({ bucket });
  }

  /** @throws Error when another breaker has this name, because the two would be one in every figure */
  watchBreaker(breaker: string, readState: () => BreakerState): void {
    if (this.#breakers.has(breaker)) throw new Error(`Two breakers are called ${breaker}.`);
    this.#breakers.set(breaker, readState);
    this.#openings.inc({ breaker }, 0);
    for (const reason of storageRefusals) this.#storageRefusals.inc({ breaker, reason }, 0);
  }

  breakerOpened(breaker: string): void {
    this.#openings.inc({ breaker });
  }

  storageRefused(breaker: string, reason: StorageRefusal): void {
    this.#storageRefusals.inc({ breaker, reason });
  }

  groupCommitted(breaker: string, members: number): void {
    this.#groups.observe({ breaker }, members);
  }

  watchPool(pool: string, readCounts: () => ConnectionCounts): void {
    this.#pools.set(pool, readCounts);
  }

  watchReadiness(readState: () => Promise<ReadinessState>): void {
    this.#readReadiness = readState;
  }

  migrationsCounted(counts: Readonly<Record<MigrationState, number>>): void {
    for (const [state, count] of Object.entries(counts)) this.#migrations.set({ state }, count);
  }

  /** Times a calculation of the metrics. One that gives nothing was for nobody who may have it. */
  async recompute<Answer>(of: RecomputeScope, calculate: () => Promise<Answer>): Promise<Answer> {
    const started = performance.now();
    const ended = (result: RecomputeResult) => {
      this.#recomputes.observe({ of, result }, (performance.now() - started) / 1000);
      if (result !== 'refused') this.#lastRecomputes[result].setToCurrentTime({ of });
    };
    try {
      const answer = await calculate();
      ended(answer === undefined ? 'refused' : 'ok');
      return answer;
    } catch (error) {
      ended(error instanceof Problem && error.status < 500 ? 'refused' : 'failed');
      throw error;
    }
  }

  get mediaType(): string {
    return this.#registry.contentType;
  }

  /** All figures at this moment, in Prometheus' text format. */
  async exposition(): Promise<string> {
    // First, because it also counts migrations; the others are taken at once.
    const current = await this.#readReadiness();
    for (const state of readinessStates) this.#readiness.set({ state }, Number(state === current));
    return this.#registry.metrics();
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  #collected<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    { collect }: { collect(this: Gauge<Label>): void },
  ): void {
    new Gauge({ name, help, labelNames, collect, registers: [this.#registry] });
  }

  #histogram<Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[],
  ): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }
}

function codesIn(errors: readonly FieldError[] | undefined): ReadonlySet<string> {
  return new Set(errors?.map(({ code }) => (fieldCodes.has(code) ? code : 'other')));
}
