import type { Command } from 'commander';
import { z } from 'zod';
import {
  applyRetention,
  type RetentionRun,
  readRetentionRuns,
  rowsOf,
} from '../../capabilities/retention/apply.ts';
import { planRetention, type RetentionCounts } from '../../capabilities/retention/plan.ts';
import { evidence, exceptions, executor, keptTables, rules } from '../../capabilities/retention/policy.ts';
import { ownerTransaction } from '../../database/owner-transaction.ts';
import { describe, perform } from '../command.ts';
import { asOwner } from '../databases.ts';
import { invocation } from '../failure.ts';
import { moment } from '../fields.ts';
import { table } from '../table.ts';

const asOf = moment.optional().describe('a time with seconds and an offset, such as 2026-03-29T00:00:00Z');
const digest = z
  .stringFormat('digest', /^[0-9a-f]{64}$/)
  .describe('the digest of a plan, 64 hexadecimal digits');

export function addRetentionCommands(program: Command): void {
  const retention = program.command('retention').description('What is deleted when, and what was.');

  const policy = describe(
    retention,
    'policy',
    'Shows how long every table is kept, from when on, and what stays.',
    'retention policy --json',
  );
  perform(policy, z.object({}), () => ({
    data: { rules: rules.map((rule) => ({ ...rule, executor, evidence })), kept: keptTables, exceptions },
    text: [
      table(
        ['table', 'field class', 'window', 'from when'],
        rules.map((rule) => [rule.table, rule.field_class, rule.window, rule.trigger]),
      ),
      table(
        ['kept', 'field class', 'because'],
        keptTables.map((kept) => [kept.table, kept.field_class, kept.because]),
      ),
      'Never deleted:',
      ...exceptions.map((exception) => `- ${exception}`),
      `Executor: ${executor}`,
      `Evidence: ${evidence}`,
    ].join('\n'),
  }));

  const plan = describe(
    retention,
    'plan',
    'Counts what would be deleted, in a read-only transaction, and prints the digest that "retention apply" needs.',
    'retention plan',
  ).option('--as-of <time>', 'the moment to plan for; by default now');
  perform(plan, z.object({ asOf }), (input, progress) =>
    asOwner(progress, async (client) => {
      progress.say('Looking for what is due');
      const plan = await ownerTransaction(client, 'read', (transaction) =>
        planRetention(transaction, input.asOf ?? null),
      );
      const { as_of, is_ahead, digest, counts, endless_cycles } = plan;
      const time = as_of.toISOString();
      const rows = rowsOf(counts);
      return {
        data: { as_of: time, is_ahead, digest, rows, counts, endless_cycles },
        text: [
          ...described(counts),
          `${sentence(rows)} due at ${time}.`,
          ...endless_cycles.map(
            (id) => `The cycle ${id} has no last day, and keeps everything ("cycle change").`,
          ),
          `digest: ${digest}`,
          is_ahead
            ? 'This is a forecast: only a plan for a moment that has passed can be applied.'
            : rows === 0
              ? 'Nothing has to be deleted.'
              : `To delete them: ${invocation} retention apply --as-of ${time} --digest ${digest}`,
        ].join('\n'),
      };
    }),
  );

  const apply = describe(
    retention,
    'apply',
    'Deletes what a plan listed, in one transaction, and records the counts.',
    'retention apply --digest DIGEST --as-of 2026-03-29T00:00:00Z',
  )
    .requiredOption('--digest <digest>', 'the digest of the plan')
    .option('--as-of <time>', 'the moment that was planned for; by default now');
  perform(apply, z.object({ digest, asOf }), (input, progress) =>
    asOwner(progress, async (client) => {
      progress.say('Looking for what is due');
      const run = await ownerTransaction(client, 'write', (transaction) =>
        applyRetention(transaction, input.digest, input.asOf ?? null, (name) =>
          progress.say(`Deleting from ${name}`),
        ),
      );
      const rows = rowsOf(run.counts);
      return {
        data: shown(run),
        text: [
          ...described(run.counts),
          `${rows} ${rows === 1 ? 'row was' : 'rows were'} deleted; run ${run.id}.`,
        ].join('\n'),
      };
    }),
  );

  const log = describe(
    retention,
    'log',
    'Lists the records of what was deleted, the newest first.',
    'retention log --json',
  );
  perform(log, z.object({}), (_input, progress) =>
    asOwner(progress, async (client) => {
      const runs = await ownerTransaction(client, 'read', readRetentionRuns);
      const rows = runs.map(({ applied_at, as_of, counts, digest }) => [
        applied_at.toISOString(),
        as_of.toISOString(),
        rowsOf(counts),
        digest,
      ]);
      return {
        data: { runs: runs.map(shown) },
        text: table(['applied at', 'as of', 'rows', 'digest'], rows),
      };
    }),
  );
}

function described(counts: RetentionCounts): string[] {
  const rows = Object.entries(counts).flatMap(([name, reasons]) =>
    Object.entries(reasons).map(([reason, count]) => [name, reason, count]),
  );
  return rows.length === 0 ? [] : [table(['table', 'reason', 'rows'], rows)];
}

function sentence(rows: number): string {
  return `${rows} ${rows === 1 ? 'row is' : 'rows are'}`;
}

function shown({ as_of, applied_at, ...run }: RetentionRun) {
  return {
    ...run,
    as_of: as_of.toISOString(),
    applied_at: applied_at.toISOString(),
    rows: rowsOf(run.counts),
  };
}
