import { Command, InvalidArgumentError } from 'commander';
import { batch } from './batch.ts';
import type { Benchmark, BenchOptions, Row } from './benchmark.ts';
import { ingest } from './ingest.ts';
import { intakeWhileRecomputing } from './intake-while-recomputing.ts';
import { pgbouncer } from './pgbouncer.ts';
import { poolSizesSweep } from './pool-sizes.ts';
import { profile } from './profile.ts';
import { recomputing } from './recompute.ts';
import { report } from './report.ts';
import { scorecard } from './scorecard.ts';
import { startUp } from './start-up.ts';

/**
 * `npm run bench`: measures the service beside PostgreSQL on the same machine, and prints one table. A target that is missed is
 * a figure like any other; the exit code is 1 when something could not be measured, or when rows were lost or made up.
 * Every benchmark has a PostgreSQL and a service of its own. How to read it is in docs/performance.md.
 */
const benchmarks: readonly Benchmark[] = [
  ingest,
  batch,
  scorecard,
  recomputing,
  intakeWhileRecomputing,
  startUp,
  pgbouncer,
  poolSizesSweep,
];

const options = new Command('bench')
  .description('Measures the service beside PostgreSQL on the same machine')
  .option('--seconds <number>', 'how long each step takes', positive, 5)
  .option('--rounds <number>', 'how often what is compared is measured in turn', positive, 3)
  .option('--only <name...>', `only these: ${benchmarks.map(({ name }) => name).join(', ')}`)
  .option(
    '--sizes <numbers>',
    'how many events are recomputed',
    listed,
    [10_000, 100_000, 1_000_000, 5_000_000],
  )
  .option('--profile', "instead of the table, where the service's own time goes")
  .parse()
  .opts<BenchOptions & { only?: string[]; profile?: boolean }>();

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It has to be a whole number from 1 on.');
  return value;
}

function listed(text: string): number[] {
  return text.split(',').map(positive);
}

if (options.profile) {
  console.log(await profile(options));
  process.exit(0);
}

const rows: Row[] = [];
const failed: string[] = [];
for (const benchmark of benchmarks.filter(({ name }) => options.only?.includes(name) ?? true)) {
  const started = performance.now();
  process.stderr.write(`${benchmark.name} ... `);
  try {
    rows.push(...(await benchmark.run(options)));
  } catch (error) {
    console.error(error);
    failed.push(benchmark.name);
  }
  process.stderr.write(`${Math.round((performance.now() - started) / 1000)} s\n`);
}

console.log(report(rows));
for (const name of failed) console.log(`FAILED: ${name}`);
process.exit(failed.length === 0 && rows.length > 0 ? 0 : 1);
