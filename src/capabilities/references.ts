import { z } from 'zod';
import { loadStatement } from '../database/statement.ts';
import type { Transaction } from '../database/tenant-transaction.ts';
import { type FieldError, Problem } from '../errors.ts';

const readReferences = loadStatement(
  import.meta.url,
  'read-references.sql',
  z.object({ cycle_registered: z.boolean(), service_registered: z.boolean() }),
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

/** @throws Problem `unknown-reference` (422) unless the cycle and the service are registered */
export async function assertRegistered(
  transaction: Transaction,
  cycleId: string,
  service?: NamedReference,
): Promise<void> {
  const known = await transaction.one(readReferences, [cycleId, service?.value ?? null]);
  const errors: FieldError[] = [];
  if (!known.cycle_registered) {
    errors.push({ path: 'pilot_cycle_id', code: 'not_registered', message: 'is not a registered cycle' });
  }
  if (service && !known.service_registered) {
    errors.push({
      path: service.field,
      code: 'not_registered',
      message: 'is not a service of the directory',
    });
  }
  if (errors.length > 0) throw unknownReference(errors);
}
