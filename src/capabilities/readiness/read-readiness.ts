import { z } from 'zod';
import { loadStatement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import { contactFields, type ServiceFacts } from '../../directory/service-facts.ts';
import { slaTier } from '../fields.ts';
import { referenceTables } from '../references.ts';
import { assessReadiness, type ReadinessQuestion, type ScopeEntry } from './assess.ts';
import type { Readiness } from './schema.ts';

/** What a report is read from. */
export const readinessTables = [...referenceTables, 'pilot_service_scope'] as const;

const readScopeEntries = loadStatement(
  import.meta.url,
  'read-scope-entries.sql',
  z.object({ service_id: z.string(), sla_tier: slaTier, org_id: z.string() }),
);

/** What was imported was checked then; only its shape is looked at again. */
const factsRow: z.ZodType<ServiceFacts> = z.object({
  id: z.string(),
  name: z.string(),
  category: z.string().nullable(),
  verification_level: z.string().nullable(),
  verified_on: z.string().nullable(),
  fields_present: z.array(z.enum(contactFields)),
  has_place: z.boolean(),
});

const readDirectoryFacts = loadStatement(import.meta.url, 'read-directory-facts.sql', factsRow);

/**
 * Reads the report of a scope: that of the cycle, as it had arrived at a moment, or the entries that are given in its place. It sees what the caller of the
 * transaction may see, and writes nothing (spec 5, readiness).
 */
export async function readReadiness(
  transaction: Transaction,
  question: Omit<ReadinessQuestion, 'scope'>,
  { given, moment = null }: { given?: readonly ScopeEntry[] | undefined; moment?: Date | null } = {},
): Promise<Readiness> {
  const { cycleId, orgId } = question;
  const entries = given ?? (await transaction.run(readScopeEntries, [cycleId, orgId, moment]));
  const ids = new Set(entries.map(({ service_id }) => service_id));
  const directory = await transaction.run(readDirectoryFacts, [[...ids]]);
  const scope = given ? 'file' : 'registered';
  return assessReadiness({ ...question, scope }, entries, directory);
}
