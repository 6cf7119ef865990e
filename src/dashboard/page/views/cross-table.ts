import { bars } from '../charts/bars.ts';
import type { ColourName } from '../charts/theme.ts';
import type { Picture } from '../picture.ts';
import { type Cell, number } from '../table.ts';
import type { ViewTools } from '../tools.ts';
import { sumOfCounts } from './counts.ts';

/** How many events of one kind there are in each row. */
export interface CountedSeries {
  label: string;
  colour: ColourName;
  counts: readonly number[];
}

interface CrossTable {
  /** What the rows stand for. */
  of: string;
  rows: readonly Cell[];
  /** What the bars are called where that is briefer than the rows. */
  labels?: readonly string[];
  series: readonly CountedSeries[];
  /** What the table says of each row besides, and the bars do not. */
  besides?: readonly { label: string; cells: readonly Cell[] }[];
  areRows?: boolean;
}

/** Counts by two things at once, as a table and as stacked bars: a row or a bar for each of one, a column or a colour for each of the other. */
export function crossTable(
  { of, rows, labels, series, besides = [], areRows = false }: CrossTable,
  { formats }: ViewTools,
): Pick<Picture, 'table' | 'draw'> {
  const columns = [
    ...series.map(({ label, counts }) => ({
      label,
      cells: counts.map((count) => number(count, formats.count)),
    })),
    ...besides,
  ];
  return {
    table: {
      columns: [{ label: of }, ...columns.map(({ label }) => ({ label, isNumber: true }))],
      rows: rows.map((row, index) => [row, ...columns.flatMap(({ cells }) => cells[index] ?? [])]),
    },
    draw: bars({
      categories: labels ?? rows.map(({ text }) => text),
      series: series.map(({ label, colour, counts }) => ({ label, colour, values: counts })),
      format: formats.count,
      scale: { kind: 'count', format: formats.count },
      areRows,
    }),
  };
}

/** The column of what all series have together. */
export function totals(label: string, series: readonly CountedSeries[], { formats }: ViewTools) {
  return { label, cells: sumOfCounts(series).map((total) => number(total, formats.count)) };
}
