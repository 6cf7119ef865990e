import { z } from 'zod';
import * as shared from '../capabilities/fields.ts';
import { label } from '../directory/service-facts.ts';

/** What commands take. A description completes the sentence "--NAME must be ...". */

export const uuid = shared.uuid.describe('a UUID');

export const identifier = shared.identifier.describe(
  'an identifier: up to 100 letters, digits and ._:- , with fewer than seven digits in a row unless it is a UUID',
);

export const organizationName = label(200).describe(
  'a name of 1 to 200 characters, without an e-mail address or a telephone number',
);

export const role = z.enum(['owner', 'admin', 'editor', 'viewer']).describe('owner, admin, editor or viewer');

export const date = z.iso.date().describe('a date such as 2026-03-01');

/** A day of events, which there are from 2000 on. */
export const eventDate = shared.calendarDate.describe('a date such as 2026-02-01, from 2000 on');

export const moment = shared.time.describe('a time with seconds and an offset, such as 2026-03-01T00:00:00Z');

export const timeZone = z
  .string()
  .refine(isTimeZone)
  .describe('the name of a time zone, such as America/Toronto');

/** A name, not an offset: Postgres reads the sign of an offset the other way round. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

const secondsPerUnit = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const mostSeconds = 366 * secondsPerUnit.d;

/** A length of time in seconds. */
export const timeToLive = z
  .string()
  .regex(/^\d{1,8}[smhd]$/)
  .transform((value) => {
    const unit = z.enum(['s', 'm', 'h', 'd']).parse(value.slice(-1));
    return Number(value.slice(0, -1)) * secondsPerUnit[unit];
  })
  .refine((seconds) => seconds >= 1 && seconds <= mostSeconds)
  .describe('a time such as 30m, 12h or 7d, at most 366 days');
