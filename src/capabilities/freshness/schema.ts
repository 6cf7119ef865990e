import { z } from 'zod';
import { statusCode } from '../event-values.ts';
import { identifier, orgOrCycle, slaTier, time } from '../fields.ts';
import { freshnessExample } from './example.ts';

export const freshnessQuery = z.strictObject({
  pilot_cycle_id: identifier,
  org_id: orgOrCycle,
  as_of: time.optional(),
});

export const freshnessState = z.enum(['never_checked', 'overdue', 'within_limit']);

const item = z
  .strictObject({
    org_id: z.string(),
    service_id: z.string(),
    service_name: z.string(),
    sla_tier: slaTier,
    last_checked_at: z.string().nullable(),
    last_status_code: statusCode.nullable(),
    limit_seconds: z.number(),
    due_at: z.string().nullable(),
    state: freshnessState,
    overdue_seconds: z.number().nullable(),
  })
  .meta({ id: 'FreshnessItem' });

export type FreshnessItem = z.infer<typeof item>;

export const freshnessAnswer = z
  .strictObject({
    pilot_cycle_id: z.string(),
    org_id: z.string().nullable(),
    as_of: z.string(),
    summary: z.strictObject({
      in_scope: z.number(),
      within_limit: z.number(),
      overdue: z.number(),
      never_checked: z.number(),
    }),
    items: z.array(item),
  })
  .meta({
    id: 'Freshness',
    description:
      'The services in scope with their latest status check at or before as_of, the most urgent first: those that are not within the limit of their tier come before the others, crisis before high_demand before standard, never checked before checked, and of those the longest overdue first; the others by due_at. within_limit divided by in_scope is M4 at the same as_of. A check is good until due_at, inclusive.',
    examples: [freshnessExample],
  });

export type Freshness = z.infer<typeof freshnessAnswer>;
