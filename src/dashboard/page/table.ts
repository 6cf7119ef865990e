import { html, nothing, type TemplateResult } from 'lit-html';
import { reachableWhileScrolling } from './scrolling.ts';

/** A number or a text of a table: as people read it, and as it is, for those who calculate with it. */
export interface Cell {
  text: string;
  raw: string | number | null;
  /** What is shown instead of the text where a picture of it helps. */
  shown?: TemplateResult;
}

export interface Column {
  label: string;
  isNumber?: boolean;
}

export interface Table {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  /** What the rows are about, by ids that are not shown. */
  rowIds?: readonly string[];
}

export const text = (value: string): Cell => ({ text: value, raw: value });

/** A number that may be missing; a dash says so to the eye, an empty field in the CSV. */
export function number(value: number | null, format: (value: number) => string): Cell {
  return { text: value === null ? '–' : format(value), raw: value };
}

/**
 * The table as people read it; the first column names the row. Where it is too wide it scrolls by itself, and on a telephone
 * each row is a list: the roles say that it is a table even then.
 */
export function tableOf({ columns, rows, rowIds = [] }: Table, caption: string): TemplateResult {
  const align = (index: number) => (columns[index]?.isNumber ? 'number' : nothing);
  const cell = ({ text, shown }: Cell, index: number) =>
    index === 0
      ? html`<th scope="row" role="rowheader" class=${align(index)}>${shown ?? text}</th>`
      : html`<td role="cell" class=${align(index)} data-label=${columns[index]?.label ?? ''}>${shown ?? text}</td>`;
  const head = ({ label }: Column, index: number) =>
    html`<th scope="col" role="columnheader" class=${align(index)}>${label}</th>`;
  return html`<div class="scrolls" ${reachableWhileScrolling(caption)}>
    <table role="table" aria-label=${caption}>
      <thead role="rowgroup"><tr role="row">${columns.map(head)}</tr></thead>
      <tbody role="rowgroup">${rows.map(
        (row, index) => html`<tr role="row" data-row=${rowIds[index] ?? nothing}>${row.map(cell)}</tr>`,
      )}</tbody>
    </table>
  </div>`;
}

/** RFC 4180, with the numbers as the API gave them and a point as the decimal sign in every language. */
export function csvOf({ columns, rows }: Table): string {
  const lines = [columns.map(({ label }) => label), ...rows.map((row) => row.map(({ raw }) => raw))];
  return lines.map((line) => `${line.map(csvField).join(',')}\r\n`).join('');
}

function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  // A spreadsheet would take a text that begins like this for a formula.
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
