import { z } from 'zod';
import { identifier, revisionNumber, slaTier, uuid } from '../fields.ts';
import { pageQuery } from '../pages.ts';
import { readinessExample } from './example.ts';

/** What may be missing of a service in scope, the most urgent first (spec 5, readiness). */
export const gapKind = z.enum([
  'verification_missing',
  'verification_stale',
  'verification_due',
  'hours',
  'hours_text',
  'access_script',
  'coordinates',
  'address',
  'email',
  'directory_record',
]);

export type GapKind = z.infer<typeof gapKind>;

/** The steps in which the work is done, in their order. */
const step = z.enum(['verification', 'hours', 'access_script', 'place', 'email', 'unmatched']);

export type Step = z.infer<typeof step>;

const verification = z.enum(['missing', 'fresh', 'due', 'stale']);

export type Verification = z.infer<typeof verification>;

const entry = z
  .strictObject({
    service_id: z.string(),
    name: z.string().nullable(),
    category: z.string().nullable(),
    sla_tier: slaTier.nullable(),
    is_crisis: z.boolean(),
    org_ids: z.array(z.string()),
    verification_level: z.string().nullable(),
    verified_on: z.string().nullable(),
    age_days: z.number().nullable(),
    verification: verification.nullable(),
    step: step.nullable(),
    gaps: z.array(gapKind),
  })
  .meta({
    id: 'ReadinessEntry',
    description:
      'A service in scope, once, with all of its gaps, the most urgent first; "step" is where that one is worked on, and null when nothing is missing. What is not in the directory has null for what the directory says.',
  });

export type ReadinessEntry = z.infer<typeof entry>;

const summary = {
  pilot_cycle_id: z.string(),
  org_id: z.string().nullable(),
  scope: z.enum(['registered', 'file']),
  as_of: z.string(),
  totals: z.strictObject({
    entries: z.number(),
    in_directory: z.number(),
    unmatched: z.number(),
    without_gaps: z.number(),
    without_place: z.number(),
  }),
  verification: z.strictObject({
    missing: z.number(),
    fresh: z.number(),
    due: z.number(),
    stale: z.number(),
  }),
  gaps: z.array(z.strictObject({ gap: gapKind, step, entries: z.number() })),
};

/** The whole report, as the command writes it. */
export const readiness = z.strictObject({ ...summary, entries: z.array(entry) });

export type Readiness = z.infer<typeof readiness>;

/** The report with one page of its entries. */
export const readinessPage = z.strictObject({ ...readiness.shape, next_cursor: z.string().nullable() }).meta({
  id: 'Readiness',
  description:
    'What is missing, against the imported directory, of the services in scope. Totals and counts are of the whole scope; entries come in the order of work. as_of is today in UTC. A verification is due after 30 days for crisis services (by tier or by category) and after 90 for others, and stale after 180; a day in the future counts as missing. Coordinates are asked for only where the directory has a place.',
  examples: [readinessExample],
});

export const readinessQuery = z.strictObject({
  pilot_cycle_id: identifier,
  org_id: uuid,
  ...pageQuery(revisionNumber),
});
