import { z } from 'zod';
import { problemBody } from '../../../plugins/problem-details.ts';
import { receipt } from '../../receipt.ts';
import type { EventKinds } from '../event-kinds.ts';

export const mostEvents = 1_000;

const envelopeOf = <Event extends z.ZodType>(event: Event) =>
  z.strictObject({ events: z.array(event).min(1).max(mostEvents) });

/** What has to be right about a batch as a whole; its events are checked one by one. */
export const envelope = envelopeOf(z.unknown());

let described: ReturnType<typeof describeBatch> | undefined;

/** A batch as it is described to callers. Made once in a process: its id can stand for one schema only. */
export function batchBody(kinds: EventKinds) {
  described ??= describeBatch(kinds);
  return described;
}

function describeBatch(kinds: EventKinds) {
  return envelopeOf(kinds.schema).meta({
    id: 'EventBatch',
    description:
      'Events in the order in which they happened. A payload is that of the single request; "id" is required, and an update names its "referral_id".',
    examples: [
      {
        events: [
          {
            kind: 'contact-attempt',
            id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e18',
            pilot_cycle_id: 'kingston-2026-spring',
            service_id: 'kids-help-phone',
            recorded_by_org_id: '0190a6ef-1111-7000-8000-000000000001',
            entity_key_hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
            attempt_channel: 'phone',
            attempt_outcome: 'connected',
            attempted_at: '2026-03-02T10:04:05-05:00',
          },
          {
            kind: 'connection',
            id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e19',
            pilot_cycle_id: 'kingston-2026-spring',
            org_id: '0190a6ef-1111-7000-8000-000000000001',
            service_id: 'kids-help-phone',
            connected_at: '2026-03-02T11:30:00-05:00',
            contact_attempt_event_id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e18',
          },
        ],
      },
    ],
  });
}

const position = { index: z.int() };

const batchResult = z.discriminatedUnion('status', [
  z.strictObject({ ...position, ...receipt.shape }),
  z.strictObject({
    ...position,
    id: z.string().nullable(),
    status: z.literal('rejected'),
    problem: problemBody,
  }),
]);

export type BatchResult = z.infer<typeof batchResult>;

export const batchAnswer = z.strictObject({ results: z.array(batchResult) }).meta({
  id: 'EventBatchResults',
  description:
    'One result for each event, in their order. "problem" is what the event would be answered in a request of its own; "id" is null where a rejected event has none that is a UUID.',
  examples: [
    {
      results: [
        {
          index: 0,
          id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e18',
          recorded_at: '2026-03-02T15:04:05.678Z',
          status: 'created',
        },
        {
          index: 1,
          id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e19',
          status: 'rejected',
          problem: {
            type: '/problems/forbidden',
            title: 'Not permitted in this organisation',
            status: 403,
            detail: 'You may not do this in this organisation. Ask one of its owners for the role you need.',
            request_id: '01a1fc1e-1245-7605-a8d3-4ecf7f089374',
          },
        },
      ],
    },
  ],
});
