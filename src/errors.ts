/**
 * The registry of everything this service answers when it cannot do what was asked (spec 2.1, RFC 9457), and the table
 * from SQLSTATE to meaning (spec 8, 9). `docs/errors.md` explains each code to callers; a test holds the two together.
 */

export const problemTypes = {
  'malformed-json': { status: 400, title: 'The body is not acceptable JSON' },
  'privacy-key': { status: 400, title: 'The request carries a field for words about people' },
  'invalid-request': { status: 400, title: 'The request does not have the expected shape' },
  unauthenticated: { status: 401, title: 'A valid token is required' },
  forbidden: { status: 403, title: 'Not permitted in this organisation' },
  'not-found': { status: 404, title: 'Not found' },
  'id-conflict': { status: 409, title: 'The id is already used for different content' },
  'state-conflict': { status: 409, title: 'The change is not allowed in the present state' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'unknown-reference': { status: 422, title: 'The request names something that is not registered' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'The service failed' },
  'missing-table': { status: 501, title: 'The storage for this endpoint is not there' },
  unavailable: { status: 503, title: 'The service cannot answer now' },
  'outcome-unknown': { status: 503, title: 'It is not known whether the request was stored' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problemTypes;

/** One thing that is wrong with one field. The path names only fields that the schema knows. */
export interface FieldError {
  path: string;
  code: string;
  message: string;
}

interface ProblemOptions {
  errors?: readonly FieldError[];
  retryAfterSeconds?: number;
}

/** A refusal in the caller's language. `detail` is always one of our own sentences, never anything that was sent. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return problemTypes[this.code].status;
  }
}

/**
 * What a storage failure means for the caller:
 * - `unavailable`: Postgres cannot serve us; 503, and the only meaning that counts against a circuit breaker
 * - `contention`: another transaction was in the way; retried, then 503
 * - `overload`: a time-out of the statement; 503
 * - `missing_table`: 501 with the table's name
 * - `unknown_reference`, `duplicate`: 422 and 409
 * - `defect`: a bug of ours; 500
 * - `outcome_unknown`: the connection was lost during COMMIT; 503, safe to repeat under the same id
 */
export type StorageMeaning =
  | 'unavailable'
  | 'contention'
  | 'overload'
  | 'missing_table'
  | 'unknown_reference'
  | 'duplicate'
  | 'defect'
  | 'outcome_unknown';

const meaningByCode: Readonly<Record<string, StorageMeaning>> = {
  '23503': 'unknown_reference',
  '23505': 'duplicate',
  '25006': 'unavailable',
  '25P03': 'unavailable',
  '25P04': 'unavailable',
  '3F000': 'missing_table',
  '40001': 'contention',
  '40P01': 'contention',
  // A row type that does not exist is that of a table.
  '42704': 'missing_table',
  '42P01': 'missing_table',
  '55P03': 'contention',
  '57014': 'overload',
};

const meaningByClass: Readonly<Record<string, StorageMeaning>> = {
  '08': 'unavailable',
  '28': 'unavailable',
  '3D': 'unavailable',
  '53': 'unavailable',
  '57': 'unavailable',
  '58': 'unavailable',
  XX: 'unavailable',
};

/** The meaning of a five-character SQLSTATE; 42501 is among the defects, because permission is checked first. */
export function meaningOfSqlstate(sqlstate: string): StorageMeaning {
  return meaningByCode[sqlstate] ?? meaningByClass[sqlstate.slice(0, 2)] ?? 'defect';
}

/** What the storage layer lets out of a failed database call: never a message, which may quote a row. */
export class StorageFailure extends Error {
  readonly meaning: StorageMeaning;
  readonly sqlstate: string | undefined;
  readonly constraint: string | undefined;
  readonly table: string | undefined;

  constructor(
    meaning: StorageMeaning,
    origin: {
      sqlstate?: string | undefined;
      constraint?: string | undefined;
      table?: string | undefined;
    } = {},
  ) {
    super(`storage failure: ${meaning}`);
    this.name = 'StorageFailure';
    this.meaning = meaning;
    this.sqlstate = origin.sqlstate;
    this.constraint = origin.constraint;
    this.table = origin.table;
  }
}
