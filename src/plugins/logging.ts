import { existsSync } from 'node:fs';
import { type Logger, pino } from 'pino';

/**
 * Every event this service logs, and every field an event may carry beside the request's id (spec 9). What is not listed cannot be logged: the
 * logger drops it, whoever hands it over, the framework included.
 */
const eventCodes = [
  'request',
  'request_failed',
  'request_aborted',
  'breaker_opened',
  'breaker_half_open',
  'breaker_closed',
  'database_connection_error',
  'embedded_database_restarted',
  'row_level_security_alert',
  'key_set_unavailable',
  'token_audience_unchecked',
  'rate_limit_store_away',
  'rate_limit_store_back',
  'trace_collector_away',
  'trace_collector_back',
  'metrics_failed',
  'service_started',
  'service_stopping',
  'service_stopped',
  'service_failed',
  'clean_up_failed',
  'errors_counted',
  'migrations_applied',
] as const;

const fields = [
  'method',
  'route',
  'status',
  'problem',
  'duration_ms',
  'breaker',
  'meaning',
  'sqlstate',
  'constraint',
  'table',
  'error_class',
  'stack',
  'port',
  'admin_port',
  'version',
  'code',
  'count',
] as const;

export type EventCode = (typeof eventCodes)[number];

/** The events that are warnings or errors. */
export const troubles: readonly EventCode[] = [
  'request_failed',
  'row_level_security_alert',
  'breaker_opened',
  'embedded_database_restarted',
  'database_connection_error',
  'key_set_unavailable',
  'token_audience_unchecked',
  'rate_limit_store_away',
  'trace_collector_away',
  'metrics_failed',
  'clean_up_failed',
  'service_failed',
];
export type EventFields = Partial<Record<(typeof fields)[number], string | number | undefined>>;

const knownEvents: ReadonlySet<unknown> = new Set(eventCodes);

/** Lines are written together, so that a request does not wait for its own; a lone one is held no longer than this. */
const longestHeldMs = 100;

/** The service's logger: JSON lines of closed events. */
export function createLogger(level: string, destination?: pino.DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Child loggers made by the framework would bring fields along; they carry none here.
      serializers: { req: () => undefined, res: () => undefined, err: () => undefined },
      hooks: {
        logMethod([first], method) {
          if (first instanceof Event) method.apply(this, [first]);
        },
      },
    },
    destination ?? pino.destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: longestHeldMs }),
  );
}

/** What `logEvent` makes, and nobody else can. */
class Event {
  readonly event: EventCode;

  constructor(event: EventCode) {
    this.event = event;
  }
}

const counts = new Map<string, number>();

/**
 * How often each error was met by this process, whatever the level of the log: a refused request under the code of its
 * problem, everything else that is logged as a warning or an error under its event.
 */
export const errorCounts: ReadonlyMap<string, number> = counts;

/** Logs one event. The types close the list at compile time, the logger's hook at run time. */
export function logEvent(
  log: { [level in 'error' | 'warn' | 'info']: (event: object) => void },
  level: 'error' | 'warn' | 'info',
  code: EventCode,
  details: EventFields = {},
): void {
  if (!knownEvents.has(code)) return;
  const error = details.problem ?? (level === 'info' ? undefined : code);
  if (error !== undefined) counts.set(String(error), (counts.get(String(error)) ?? 0) + 1);
  const event: Event & EventFields = new Event(code);
  for (const field of fields) if (details[field] !== undefined) event[field] = details[field];
  log[level](event);
}

/** The class of an error and where it came from, without its message, which may quote what a caller sent. */
export function describeError(error: unknown): Pick<EventFields, 'error_class' | 'stack'> {
  if (!(error instanceof Error)) return { error_class: typeof error };
  const frames = String(error.stack).split('\n').flatMap(placeIn);
  return { error_class: error.constructor.name, stack: frames.slice(0, 10).join('\n') };
}

const root = new URL('../../', import.meta.url);
const frame = /^\s+at (?:.*\()?((?:file:\/\/)?\/[^()]+):(\d{1,5}):(\d{1,4})\)?$/;

/** The place in our code that a frame names. A message can look like a frame, but not name a file that is there. */
function placeIn(line: string): string[] {
  const [, file, row, column] = frame.exec(line) ?? [];
  const url = file === undefined ? null : URL.parse(file, root.href);
  if (!url?.pathname.startsWith(root.pathname) || !existsSync(url)) return [];
  return [`    at ${url.pathname.slice(root.pathname.length)}:${row}:${column}`];
}
