import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { z } from 'zod';
import { describe, perform } from '../command.ts';
import { asObserver, runReadOnly } from '../databases.ts';

const script = new URL('../../../sql/post-migration-verify.sql', import.meta.url);

const verdicts = z.tuple([z.object({ result: z.enum(['PASS', 'FAIL']), problems: z.array(z.string()) })]);

export function addVerifyCommand(program: Command): void {
  const command = describe(
    program,
    'verify',
    'Checks the migrated database with sql/post-migration-verify.sql and fails when it has problems.',
    'verify --json',
  );
  perform(command, z.object({}), async (_input, progress) => {
    const rows = await asObserver(
      progress,
      ['MIGRATION_DATABASE_URL', 'DATABASE_URL'],
      'as it is',
      (client) => runReadOnly(client, readFileSync(script, 'utf8')),
    );
    const [verdict] = verdicts.parse(rows);
    const { result, problems } = verdict;
    const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
    return {
      data: verdict,
      text: [result, ...problems.map((problem) => `- ${problem}`)].join('\n'),
      failure:
        result === 'FAIL' ? `The database does not pass the verification: it has ${count}.` : undefined,
    };
  });
}
