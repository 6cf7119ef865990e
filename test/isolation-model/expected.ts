import { Fraction } from '../capabilities/metrics/oracle.ts';
import type { Answer } from '../support/service.ts';

/** What the model expects of an answer. */
export type Expected = Success | Refusal;

interface Success {
  status: 200 | 201;
  body: unknown;
}

interface Refusal {
  status: number;
  type: string;
  /** Refusals with the same reason are the same, to the byte. */
  reason: string;
  /** What is wrong, each as "path code". */
  errors: readonly string[];
}

const refusalStatus = {
  forbidden: 403,
  'not-found': 404,
  'id-conflict': 409,
  'state-conflict': 409,
  'unknown-reference': 422,
};

export function refusal(
  code: keyof typeof refusalStatus,
  reason: string,
  errors: readonly string[] = [],
): Refusal {
  const said = [code, reason, ...errors].join(', ');
  return { status: refusalStatus[code], type: `/problems/${code}`, reason: said, errors };
}

export function receipt(
  status: 200 | 201,
  id: unknown,
  recorded_at: unknown,
  said: 'created' | 'replayed' | 'updated',
): Success {
  return { status, body: { id, recorded_at, status: said } };
}

/** The id that the service made: the answer's, when it can be one. */
export function newId({ body }: Answer): string {
  const id: unknown = body?.id;
  return typeof id === 'string' && /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/.test(id)
    ? id
    : 'an id of version 7';
}

/** A moment that the service chose: the answer's, when it can be one. */
export function newTime({ body }: Answer, field: string): string {
  const time: unknown = body?.[field];
  return typeof time === 'string' && /^\d{4}(-\d\d){2}T\d\d(:\d\d){2}\.\d{3}Z$/.test(time) ? time : 'a time';
}

/** A value as JSON, with numbers to twelve digits: the model counts in fractions, the database in decimals. */
export function comparable(value: unknown): unknown {
  const rounded = (number: number) => Number(number.toPrecision(12));
  return JSON.parse(
    JSON.stringify(value, (_name, part: unknown) => {
      if (part instanceof Fraction) return rounded(part.toNumber());
      return typeof part === 'number' ? rounded(part) : part;
    }),
  );
}
