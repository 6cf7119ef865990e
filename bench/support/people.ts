import { createHash } from 'node:crypto';

/** How many different people the events that are sent are about. */
export const people = 1_000;

/** What an organisation sends for one of them. */
export function personHash(person: number): string {
  return createHash('sha256').update(`${person}`).digest('hex');
}
