import { z } from 'zod';
import { hasContactDetails } from '../contact-details.ts';
import { broken } from '../plugins/validation.ts';

/** Fields that several capabilities share (spec 2.4). Ids and identifiers come out in the form in which they are stored. */

const uuidPattern = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

export const uuid = z
  .guid()
  .toLowerCase()
  .meta({ examples: ['0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e12'] });

/** The organisation that is asked about; without it, the whole cycle. */
export const orgOrCycle = uuid.optional().meta({
  description: 'Without it: the whole cycle, over all organisations; for app admins only.',
});

/** Whether a text holds seven digits in a row once separators are left out, as a telephone number would. */
function looksLikeNumber(text: string): boolean {
  return /\d{7}/.test(text.replace(/[._:-]/g, ''));
}

/** A registered or chosen word; it cannot carry a sentence or a telephone number. */
export const identifier = z
  .stringFormat('identifier', /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/)
  .transform((value) => (uuidPattern.test(value) ? value.toLowerCase() : value))
  .superRefine((value, context) => {
    if (looksLikeNumber(value) && !uuidPattern.test(value)) context.addIssue(broken('few_digits'));
  });

const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$/;
const earliest = Date.UTC(2000, 0, 1);
/** No place on earth is further than 14 hours from UTC, and ISO 8601 knows no negative zero. */
const possibleOffset = /(?:Z|[+-](?:0\d|1[0-3]):\d\d|[+-]14:00)(?<!-00:00)$/;

/** A moment with seconds and an offset, cut to milliseconds. That it lies not in the future is checked by `validate`. */
export const time = z.iso
  .datetime({ offset: true, abort: true })
  .regex(timePattern)
  .transform((value, context) => {
    const moment = new Date(value.replace(/(\.\d{3})\d+/, '$1'));
    if (!(moment.getTime() >= earliest && possibleOffset.test(value))) context.addIssue(broken('real_time'));
    return moment;
  });

/** A day, as YYYY-MM-DD, from 2000 on. */
export const calendarDate = z.iso.date({ abort: true }).superRefine((value, context) => {
  if (value < '2000-01-01') context.addIssue(broken('from_2000'));
});

/** Free text written by app admins: no control characters, and nothing by which a person could be reached. */
export const plainText = (longest: number) =>
  z
    .string()
    .min(1)
    // The search for telephone numbers in a very long text would be slow.
    .max(longest, { abort: true })
    .superRefine((value, context) => {
      if (!value.isWellFormed() || /\p{Cc}/u.test(value) || !/[\p{L}\p{N}]/u.test(value)) {
        context.addIssue(broken('well_formed_text'));
      } else if (hasContactDetails(value)) {
        context.addIssue(broken('no_contact_details'));
      }
    });

/** Whole numbers from 1 on, as a query string spells them. */
export const revisionNumber = z.stringFormat('count', /^[1-9]\d{0,8}$/).transform(Number);

/** How much depends on a service that is in scope, the most first: how old its checks may be follows from it. */
export const slaTier = z.enum(['crisis', 'high_demand', 'standard']);

export type SlaTier = z.infer<typeof slaTier>;
