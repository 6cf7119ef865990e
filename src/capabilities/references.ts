import { z } from 'zod';
import { loadStatement } from '../database/statement.ts';
import type { Transaction } from '../database/tenant-transaction.ts';
import { type FieldError, Problem } from '../errors.ts';

const readReferences = loadStatement(
  import.meta.url,
  'read-references.sql',
  z.object({ cycles: z.array(z.string()), services: z.array(z.string()) }),
);

/** Tables that checking references reads. */
export const referenceTables = ['pilot_cycles', 'services'] as const;

/** A value to be looked up, and the name of the field that carried it. */
export interface NamedReference {
  field: string;
  value: string;
}

export function unknownReference(errors: readonly FieldError[]): Problem {
  return new Problem(
    'unknown-reference',
    'The request names something that is not registered; "errors" says what.',
    {
      errors,
    },
  );
}

/** What is wrong with a field that refers to nothing; `what` is what it should refer to, such as "a registered cycle". */
export function notRegistered(path: string, what: string): FieldError {
  return { path, code: 'not_registered', message: `is not ${what}` };
}

/** What an event or another write refers to. */
export interface References {
  cycleId: string;
  service?: NamedReference;
}

/** Which of the cycles and services that are referred to are registered. */
export type Registered = z.infer<typeof readReferences.row>;

export function readRegistered(
  transaction: Transaction,
  references: readonly References[],
): Promise<Registered> {
  const cycles = new Set(references.map(({ cycleId }) => cycleId));
  const services = new Set(references.flatMap(({ service }) => service?.value ?? []));
  return transaction.one(readReferences, [[...cycles], [...services]]);
}

/** The refusal (422) of a reference to what is not registered. */
export function missingReference(
  registered: Registered,
  { cycleId, service }: References,
): Problem | undefined {
  const errors: FieldError[] = [];
  if (!registered.cycles.includes(cycleId)) {
    errors.push(notRegistered('pilot_cycle_id', 'a registered cycle'));
  }
  if (service && !registered.services.includes(service.value)) {
    errors.push(notRegistered(service.field, 'a service of the directory'));
  }
  return errors.length > 0 ? unknownReference(errors) : undefined;
}

/** @throws Problem `unknown-reference` (422) unless the cycle and the service are registered */
export async function assertRegistered(
  transaction: Transaction,
  cycleId: string,
  service?: NamedReference,
): Promise<void> {
  const references = { cycleId, ...(service && { service }) };
  const refusal = missingReference(await readRegistered(transaction, [references]), references);
  if (refusal) throw refusal;
}
