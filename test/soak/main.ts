import Table from 'cli-table3';
import { Command } from 'commander';
import { badInput } from './bad-input.ts';
import { callerErrors } from './caller-errors.ts';
import { convergence } from './convergence.ts';
import { deploy } from './deploy.ts';
import { durability } from './durability.ts';
import { greyFailure } from './grey-failure.ts';
import { isolation } from './isolation.ts';
import { outage } from './outage.ts';
import { overload } from './overload.ts';
import { pgbouncer } from './pgbouncer.ts';
import { recomputeConsistency } from './recompute-consistency.ts';
import type { Figure, Scenario } from './scenario.ts';
import { slowClients } from './slow-clients.ts';

/**
 * `npm run soak`: runs every scenario, one after the other, and prints what each promise came to. Exits with 1 on a miss.
 * Every scenario has a PostgreSQL of its own.
 */
const scenarios: readonly Scenario[] = [
  isolation,
  pgbouncer,
  durability,
  convergence,
  recomputeConsistency,
  badInput,
  callerErrors,
  outage,
  greyFailure,
  overload,
  deploy,
  slowClients,
];

const { short = false, only } = new Command('soak')
  .description('Checks the promises of robustness that take longer than a test may')
  .option('--short', 'the two-minute version')
  .option('--only <name...>', `only these: ${scenarios.map(({ name }) => name).join(', ')}`)
  .parse()
  .opts<{ short?: boolean; only?: string[] }>();

const figures: Figure[] = [];
for (const scenario of scenarios.filter(({ name }) => only === undefined || only.includes(name))) {
  const started = performance.now();
  process.stderr.write(`${scenario.name} ... `);
  try {
    figures.push(...(await scenario.run({ short })));
  } catch (error) {
    console.error(error);
    figures.push({ promise: scenario.name, figure: 'did not finish', pass: false });
  }
  process.stderr.write(`${Math.round((performance.now() - started) / 1000)} s\n`);
}

const table = new Table({
  head: ['promise', 'figure', 'pass'],
  colWidths: [48, 64, 6],
  wordWrap: true,
  style: { head: [], border: [] },
});
for (const { promise, figure, pass } of figures) table.push([promise, figure, pass ? 'yes' : 'NO']);
console.log(table.toString());
const missed = figures.filter(({ pass }) => !pass);
for (const { promise, figure } of missed) console.log(`MISSED: ${promise}: ${figure}`);
console.log(`${figures.length - missed.length} of ${figures.length} promises kept`);
process.exit(missed.length === 0 && figures.length > 0 ? 0 : 1);
