import { z } from 'zod';
import { loadStatement } from '../../database/statement.ts';
import type { Transaction } from '../../database/tenant-transaction.ts';
import type { OrganizationsAnswer } from './schema.ts';
import { readFigures } from './scorecard.ts';

const readOrganizationNames = loadStatement(
  import.meta.url,
  'read-organization-names.sql',
  z.object({ id: z.string(), name: z.string() }),
);

/** The latest figures of every organisation for exactly one window, side by side; none where nothing was computed for it. */
export async function readOrganizations(
  transaction: Transaction,
  { cycleId, start, end }: { cycleId: string; start: Date | null; end: Date | null },
): Promise<OrganizationsAnswer['organizations']> {
  const organizations = await transaction.run(readOrganizationNames);
  return Promise.all(
    organizations.map(async ({ id, name }) => {
      const figures = await readFigures(transaction, { cycleId, orgId: id, start, end }, null);
      return { org_id: id, name, metrics: figures?.metrics ?? [] };
    }),
  );
}
