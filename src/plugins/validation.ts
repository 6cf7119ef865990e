import plugin from 'fastify-plugin';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { type FieldError, Problem } from '../errors.ts';

const mostIssues = 20;
/** How far a time may lie ahead of our clock (spec 2.4). */
const mostAheadMs = 5 * 60_000;

/** Rules that concern more than one field or need more than a pattern, with what to tell people. */
const rules = {
  real_time:
    'must be a time in ISO 8601 with seconds, at most six fraction digits and an offset of at most 14 hours, from the year 2000 on',
  from_2000: 'must not be before 2000-01-01',
  not_in_future: 'must not be more than five minutes in the future',
  not_before_attempted_at: 'must not be before attempted_at',
  not_before_created_at: 'must not be before created_at',
  exactly_when_terminal: 'must be there exactly when referral_state is terminal',
  only_for_failures: 'goes only with the states failed and no_response_timeout',
  exactly_one_anchor: 'exactly one of contact_attempt_event_id and referral_event_id must be there',
  exactly_when_fatal: 'must be there exactly when is_fatal is true',
  window_order: 'window_start must be before window_end',
  few_periods:
    'must not make more than 400 periods of the window; count per week or month, or give a shorter window',
  only_for_exact: 'goes only with window=exact',
  calculated_order: 'calculated_from must be before calculated_to',
  few_digits: 'must hold fewer than seven digits in a row, unless it is a UUID',
  real_hash: 'must be the hash of an identifier, not of nothing',
  well_formed_text: 'must be readable, well-formed text without control characters',
  no_contact_details: 'must not contain an e-mail address or a telephone number',
  no_repeats: 'must not repeat an entry',
  go_without_violations: 'must be empty when the decision is go',
  only_for_d4: 'goes only with D4',
  all_or_none: 'providers_min, providers_max, frontline_min and frontline_max go together',
  range_order: 'a minimum must not be above its maximum',
  only_when_open: 'goes only with the status open',
  needed_when_validated: 'must be there when the status is validated',
  exactly_when_frontline: 'must be there exactly when the role is frontline',
  conditional_with_control: 'must have at least one entry when the decision is conditional',
  go_with_five_passes: 'must be pass when the decision is go',
  fail_when_violated: 'must be fail when its violation is listed',
  blocked_with_contingency: 'must be there when the decision is blocked and has redlines',
  only_when_blocked: 'goes only with the decision blocked',
  exactly_when_complete: 'must be there exactly when status is complete',
} as const;

export type Rule = keyof typeof rules;

/** Every code that an entry of `errors` may have. */
export const fieldCodes: ReadonlySet<string> = new Set([
  ...Object.keys(rules),
  'required',
  'unknown_field',
  'repeated',
  'invalid_type',
  'invalid_value',
  'invalid_format',
  'too_small',
  'too_big',
  'invalid',
  'privacy_key',
  'not_json',
  'duplicate_key',
  'too_deep',
  'too_much_around',
  'unexpected_body',
  'invalid_address',
  'invalid_http',
  'too_slow',
  'headers_too_large',
  'not_registered',
  'no_such_anchor',
  'before_anchor',
]);

/** Reports that a rule is broken at `path`; for use in `superRefine` and `check`. */
export function broken(rule: Rule, path: string[] = []) {
  return { code: 'custom', path, params: { rule } } as const;
}

/** The refusal of a request that breaks this rule in a way that its schema alone cannot see. */
export function refusalOfRule(rule: Rule, path: string): Problem {
  return invalidRequest([{ path, code: rule, message: rules[rule] }], 1);
}

/**
 * Validates `data`, and that no time in it lies in the future of `clock`, the one rule that depends on the moment.
 * Answers in our own words: zod's messages contain what was sent (spec 9).
 */
export function validate<Output>(
  schema: z.ZodType<Output>,
  data: unknown,
  clock: Clock,
): { value: Output } | { error: Problem } {
  const parsed = schema.safeParse(data);
  const issues = parsed.success ? timesAhead(parsed.data, clock) : parsed.error.issues;
  if (parsed.success && issues.length === 0) return { value: parsed.data };
  const errors = issues.slice(0, mostIssues).map((issue) => explain(issue, data));
  return { error: invalidRequest(errors, issues.length) };
}

function invalidRequest(errors: readonly FieldError[], found: number): Problem {
  const count = `${found} ${found === 1 ? 'thing is' : 'things are'}`;
  return new Problem('invalid-request', `${count} wrong with the request; "errors" says what and where.`, {
    errors,
  });
}

type Issue = z.core.$ZodIssue | { code: 'custom'; path: PropertyKey[]; params: { rule: Rule } };

function timesAhead(value: unknown, clock: Clock): Issue[] {
  const latest = clock().getTime() + mostAheadMs;
  return Object.entries(Object(value))
    .filter(([, field]) => field instanceof Date && field.getTime() > latest)
    .map(([name]) => broken('not_in_future', [name]));
}

function explain(issue: Issue, data: unknown): FieldError {
  const path = issue.path.length === 0 ? '(whole)' : issue.path.map(String).join('.');
  const expectsValue = issue.code === 'invalid_type' || issue.code === 'invalid_value';
  if (expectsValue && valueAt(data, issue.path) === undefined)
    return { path, code: 'required', message: 'is required' };
  switch (issue.code) {
    case 'unrecognized_keys': {
      const several = issue.keys.length > 1;
      return {
        path: '(unknown field)',
        code: 'unknown_field',
        message: `${issue.keys.length} unknown ${several ? 'fields are' : 'field is'} not accepted here; remove ${several ? 'them' : 'it'}`,
      };
    }
    case 'invalid_type':
      if (issue.expected === 'string' && Array.isArray(valueAt(data, issue.path))) {
        return { path, code: 'repeated', message: 'must be given once, as one text' };
      }
      return { path, code: 'invalid_type', message: `must be of type ${issue.expected}` };
    case 'invalid_value':
      return {
        path,
        code: 'invalid_value',
        message: `must be one of: ${issue.values.map(String).join(', ')}`,
      };
    case 'invalid_format':
      return {
        path,
        code: 'invalid_format',
        message: formats[issue.format] ?? 'does not have the expected format',
      };
    case 'too_small':
      return { path, code: 'too_small', message: `must be at least ${issue.minimum}${unitOf(issue.origin)}` };
    case 'too_big':
      return { path, code: 'too_big', message: `must be at most ${issue.maximum}${unitOf(issue.origin)}` };
    case 'custom': {
      const rule = issue.params?.rule;
      return isRule(rule)
        ? { path, code: rule, message: rules[rule] }
        : { path, code: 'invalid', message: 'is not accepted' };
    }
    default:
      return { path, code: 'invalid', message: 'is not accepted' };
  }
}

const formats: Readonly<Record<string, string>> = {
  guid: 'must be a UUID',
  regex: rules.real_time,
  date: 'must be a date as YYYY-MM-DD',
  datetime: rules.real_time,
  identifier: 'must be 1 to 100 letters, digits and . _ : - and start with a letter or digit',
  count: 'must be a whole number from 1 on',
  sha256_hex: 'must be 64 hexadecimal digits',
  rate: 'must be a plain decimal number from 0 to 1, with at most 30 digits after the point',
  positive_decimal:
    'must be a plain decimal number above 0, with at most 15 digits before and 30 after the point',
};

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' entries long' : '';
}

function isRule(value: unknown): value is Rule {
  return typeof value === 'string' && Object.hasOwn(rules, value);
}

function valueAt(data: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => Object(value)[key], data);
}

/** Validates every request under the routes' Zod schemas, and answers through them. */
export default plugin(
  async (app, { clock }: { clock: Clock }) => {
    app.setValidatorCompiler<z.ZodType>(
      ({ schema }) =>
        (data) =>
          validate(schema, data, clock),
    );
    app.setSerializerCompiler(serializerCompiler);
    // A route that declares no query string has none: an undeclared parameter is a 400 (spec 2.1).
    app.addHook('onRoute', (route) => {
      if (route.schema && route.url.startsWith('/api/')) route.schema.querystring ??= z.strictObject({});
    });
  },
  { name: 'validation' },
);
