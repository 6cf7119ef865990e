import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { identifier, slaTier } from '../capabilities/fields.ts';
import type { ScopeEntry } from '../capabilities/readiness/assess.ts';
import { CommandFailure } from './failure.ts';

const mostEntries = 10_000;

const line = z.tuple([identifier], slaTier).refine(({ length }) => length <= 2);

/**
 * Reads a scope that is not in the database: a service id in each line, and after a comma the tier where it has one. Empty
 * lines, lines that begin with #, and the head of a spreadsheet's column count for nothing.
 * @throws CommandFailure with the number of a line that does not do, and nothing of it
 */
export async function readScopeFile(file: string, orgId: string | null): Promise<ScopeEntry[]> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandFailure('The file in --scope-file cannot be read.');
  });
  const entries: ScopeEntry[] = [];
  for (const [index, content] of text.split(/\r\n|\n|\r/).entries()) {
    // Also a byte order mark is trimmed.
    const cells = content.split(/[,;\t]/).map((cell) => cell.trim());
    const filled = cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
    const [first = ''] = filled;
    const isHead = entries.length === 0 && first.toLowerCase() === 'service_id';
    if (filled.length === 0 || first.startsWith('#') || isHead) continue;
    const parsed = line.safeParse(filled);
    if (!parsed.success) {
      throw new CommandFailure(
        `Line ${index + 1} of the scope file is not a service id, or one with a comma and a tier (${slaTier.options.join(', ')}).`,
      );
    }
    const [service_id, sla_tier = null] = parsed.data;
    entries.push({ service_id, sla_tier, org_id: orgId });
    if (entries.length > mostEntries) {
      throw new CommandFailure(`The scope file has more than ${mostEntries} services.`);
    }
  }
  if (entries.length === 0) throw new CommandFailure('The scope file names no service.');
  return entries;
}
