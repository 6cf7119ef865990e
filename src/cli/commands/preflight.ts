import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { describe, perform } from '../command.ts';
import { asObserver, runReadOnly } from '../databases.ts';
import { table } from '../table.ts';

const input = z.object({
  depth: z.enum(['full', 'safe', 'ultra-safe']).describe('full, safe or ultra-safe'),
});

const findings = z.array(z.object({ section: z.string(), name: z.string(), detail: z.string() }));

export function addPreflightCommand(program: Command): void {
  const command = describe(
    program,
    'preflight',
    'Lists what exists before migrating, in a read-only transaction.',
    'preflight --depth ultra-safe',
  ).option(
    '--depth <depth>',
    'full counts rows, safe estimates them from the catalogue, ultra-safe reads pg_catalog alone',
    'safe',
  );
  perform(command, input, async ({ depth }, progress) => {
    progress.say(`Looking at the database, ${depth}`);
    const script = new URL(`../../../sql/preflight-${depth}.sql`, import.meta.url);
    const rows = await asObserver(
      progress,
      ['BOOTSTRAP_DATABASE_URL', 'MIGRATION_DATABASE_URL', 'DATABASE_URL'],
      'as it is',
      (client) => runReadOnly(client, readFileSync(script, 'utf8')),
    );
    const found = findings.parse(rows);
    return {
      data: { depth, findings: found },
      text: table(
        ['section', 'name', 'detail'],
        found.map(({ section, name, detail }) => [section, name, detail]),
      ),
    };
  });
}
