import { z } from 'zod';

/** The answer to every write. */
export const receipt = z
  .strictObject({
    id: z.string(),
    recorded_at: z.string(),
    status: z.enum(['created', 'replayed', 'updated']),
  })
  .meta({
    id: 'Receipt',
    description: 'recorded_at is when the event arrived here.',
    examples: [
      {
        id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e12',
        recorded_at: '2026-03-02T15:04:05.678Z',
        status: 'created',
      },
    ],
  });

export type Receipt = z.infer<typeof receipt>;

export function receiptOf(id: string, recordedAt: Date, status: Receipt['status']): Receipt {
  return { id, recorded_at: recordedAt.toISOString(), status };
}

/** 201 for what is new, 200 for what was there or has changed (spec 2.1). */
export function statusOf({ status }: Receipt): 200 | 201 {
  return status === 'created' ? 201 : 200;
}
