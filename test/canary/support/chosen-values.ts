import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { randomWord } from './encodings.ts';
import type { Operation } from './operations.ts';

/** Values that nobody else sends, one of every kind that a caller may choose, each acceptable where it belongs. */
export interface ChosenValues {
  /** The operation with such a value in every field and parameter that takes one. */
  in(operation: Operation): Operation;
  /** What to search for: each value in every spelling that it is sent or stored in. */
  sent: readonly string[];
  word: string;
  id: string;
  hash: string;
}

export function chooseValues(): ChosenValues {
  const word = randomWord();
  const id = randomUUID();
  const hash = randomBytes(32).toString('hex');
  const rate = `0.${randomInt(10 ** 12)}${randomInt(10 ** 12)}1`;
  const moment = randomMoment();
  const end = new Date(moment.getTime() + randomInt(1, 20 * 86_400) * 1_000);
  const byName: Readonly<Record<string, unknown>> = {
    id,
    entity_key_hash: hash,
    cohort_label: word,
    redline_checklist_version: word,
    compensating_controls: [word, `As ${word} said`],
    owners: [word],
    choice: word,
    owner: word,
    mitigation: word,
    evidence_reference: word,
    name: word,
    window_start: moment.toISOString(),
    window_end: end.toISOString(),
    as_of: moment.toISOString(),
    calculated_from: moment.toISOString(),
    calculated_to: end.toISOString(),
    baseline_failed_contact_rate: rate,
    baseline_p50_seconds_to_connection: rate,
  };
  const valueFor = (name: string, usual: unknown) =>
    byName[name] ?? (name.endsWith('_at') ? moment.toISOString() : usual);
  const chosenIn = (body: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(body).map(([name, usual]) => [
        name,
        // The answer to a batch names its events by their ids.
        Array.isArray(usual) && name === 'events'
          ? usual.map((event) => ({ ...chosenIn(event), id: randomUUID() }))
          : valueFor(name, usual),
      ]),
    );
  return {
    word,
    id,
    hash,
    sent: [word, id, hash, rate, ...[moment, end].flatMap(spellings)],
    in: (operation) => ({
      ...operation,
      query: Object.fromEntries(
        operation.queryNames
          .map((name) => [name, valueFor(name, operation.query[name])] as const)
          .filter(([, value]) => value !== undefined),
      ),
      body: operation.body && chosenIn(operation.body),
    }),
  };
}

/** After the examples of the description, and before today; no spelling of it ends in a zero. */
function randomMoment(): Date {
  const seconds = Date.UTC(2026, 3, 1) / 1_000 + randomInt(30 * 86_400);
  return new Date(seconds * 1_000 + randomInt(100) * 10 + randomInt(1, 10));
}

function spellings(moment: Date): string[] {
  const text = moment.toISOString().replace('Z', '');
  return [text, text.replace('T', ' '), String(moment.getTime())];
}
