import { z } from 'zod';
import { identifier } from '../capabilities/fields.ts';
import { hasContactDetails } from '../contact-details.ts';

/** The contact fields whose presence the mirror records, in the order in which they are stored. */
export const contactFields = [
  'phone',
  'email',
  'url',
  'address',
  'coordinates',
  'hours',
  'hours_text',
  'access_script',
] as const;

/** A short text that was curated, and by which nobody can be reached. */
export const label = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value) && !hasContactDetails(value));

/**
 * Everything that the mirror keeps of a service (spec 4.1): facts about its record, never a contact detail. A description
 * completes the sentence "refused, because ...".
 */
export const serviceFacts = z.strictObject({
  id: identifier.describe('its id does not have the form of an identifier'),
  name: label(300).describe(
    'its name is not a text of 1 to 300 characters without an e-mail address or a telephone number',
  ),
  category: label(100).nullable().describe('its category is not a short label'),
  verification_level: label(20).nullable().describe('its verification level is not a short label'),
  verified_on: z.iso.date().nullable().describe('its verification date is not a date'),
  fields_present: z
    .array(z.enum(contactFields))
    .transform((present) => contactFields.filter((field) => present.includes(field)))
    .describe('its list of fields has one that is not known'),
  has_place: z.boolean().describe('it does not say whether there is a place to go to'),
});

export type ServiceFacts = z.output<typeof serviceFacts>;

/** What a reader makes of a record before it is checked. */
export type DraftFacts = Record<keyof ServiceFacts, unknown>;

/** A field of somebody else's format that is only looked at. */
export const anything = z.unknown().optional();

/** Whether a curated field has contents: an empty text, list or object has none. */
export function isPresent(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return false;
  if (typeof value === 'string') return value.trim() !== '';
  return typeof value !== 'object' || Object.values(value).some(isPresent);
}

export function orNull(value: unknown): unknown {
  return isPresent(value) ? value : null;
}

/** The day of a verification, which directories write as a date or as a moment; a moment counts in UTC. */
export function dayOf(value: unknown): unknown {
  const moment = z.iso.datetime({ offset: true, local: true }).safeParse(value);
  if (!moment.success) return orNull(value);
  const hasOffset = /(Z|[+-]\d{2}:\d{2})$/.test(moment.data);
  return new Date(hasOffset ? moment.data : `${moment.data}Z`).toISOString().slice(0, 10);
}
