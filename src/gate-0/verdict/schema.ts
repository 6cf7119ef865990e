import { z } from 'zod';
import { identifier, time } from '../../capabilities/fields.ts';

export const verdictQuery = z.strictObject({
  pilot_cycle_id: identifier,
  as_of: time.optional(),
});

export const checkIds = ['G0-1', 'G0-2', 'G0-3', 'G0-4', 'G0-5', 'G0-6', 'G0-7', 'G0-8'] as const;

/** What decided a check. A revision where the record has several. */
const reference = z.strictObject({
  kind: z.enum(['approval', 'baseline', 'control', 'claim', 'threat_finding', 'partner', 'organization']),
  id: z.string(),
  revision: z.number().nullable(),
});

export type Reference = z.infer<typeof reference>;

const check = z.strictObject({
  id: z.enum(checkIds),
  title: z.string(),
  status: z.enum(['pass', 'fail', 'pending']),
  reason: z.string(),
  references: z.array(reference),
});

export type Check = z.infer<typeof check>;

export const verdictAnswer = z
  .strictObject({
    pilot_cycle_id: z.string(),
    as_of: z.string(),
    verdict: z.enum(['go', 'no_go']),
    checks: z.array(check),
  })
  .meta({
    id: 'GateZeroVerdict',
    description:
      'Computed from the records that had arrived by as_of; go only when every check passes. pending is what is not there yet, fail what the records speak against.',
    examples: [
      {
        pilot_cycle_id: 'kingston-2026-spring',
        as_of: '2026-03-29T12:00:00.000Z',
        verdict: 'no_go',
        checks: [
          {
            id: 'G0-3',
            title: 'Control C1: the legal review of the partner terms is complete',
            status: 'fail',
            reason: 'Control C1 is pending, and was due on 2026-03-20.',
            references: [{ kind: 'control', id: 'C1', revision: 1 }],
          },
        ],
      },
    ],
  });

export type VerdictAnswer = z.infer<typeof verdictAnswer>;
