import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface PgbenchLoad {
  clients: number;
  seconds: number;
}

export interface PgbenchTransaction {
  /** A line of pgbench's own before each one. */
  before?: string;
  statements: readonly string[];
  /** What `:name` stands for in the script; sent as parameters of the prepared statements. */
  variables: Readonly<Record<string, string>>;
}

/** Repeats a transaction over the wire, with no HTTP in between: prepared statements, all sent in one round trip. @returns how many per second */
export async function pgbench(
  databaseUrl: string,
  { before = '', statements, variables }: PgbenchTransaction,
  { clients, seconds }: PgbenchLoad,
): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-bench-'));
  const script = join(directory, 'transaction.sql');
  const lines = [before, '\\startpipeline', ...statements.map((sql) => `${sql};`), '\\endpipeline'];
  await writeFile(script, lines.join('\n'));
  const parameters = [
    '--no-vacuum',
    '--protocol=prepared',
    `--client=${clients}`,
    `--jobs=${Math.min(clients, availableParallelism())}`,
    `--time=${seconds}`,
    `--file=${script}`,
    ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
  ];
  try {
    const { stdout } = await run('pgbench', [...parameters, databaseUrl]);
    const figure = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1]);
    const failed = figure(/number of failed transactions: (\d+)/);
    if (failed > 0) throw new Error(`pgbench had ${failed} failed transactions.`);
    return figure(/tps = ([\d.]+) \(without/);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
