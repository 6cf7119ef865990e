import Table from 'cli-table3';
import type { Row } from './benchmark.ts';

/** The table that `npm run bench` prints. */
export function report(rows: readonly Row[]): string {
  const table = new Table({
    head: ['what', 'figure', 'ratio', 'target', 'met'],
    colWidths: [44, 44, 9, 10, 5],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows)
    table.push([row.what, row.figure, valueColumn(row), targetColumn(row), metColumn(row)]);
  return table.toString();
}

function valueColumn({ value, unit }: Row): string {
  if (value === undefined) return '';
  return unit === undefined ? value.toFixed(2) : `${value.toPrecision(3)} ${unit}`;
}

function targetColumn({ target, unit }: Row): string {
  if (target === undefined) return '';
  const words = 'atLeast' in target ? `>= ${target.atLeast}` : `< ${target.below}`;
  return unit === undefined ? words : `${words} ${unit}`;
}

function metColumn({ value, target }: Row): string {
  if (value === undefined || target === undefined) return '';
  const isMet = 'atLeast' in target ? value >= target.atLeast : value < target.below;
  return isMet ? 'yes' : 'NO';
}
