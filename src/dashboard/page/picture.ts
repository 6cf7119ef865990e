import { html, nothing, type TemplateResult } from 'lit-html';
import { type ChartSize, chartOn, type DrawChart } from './charts/chart.ts';
import { imageOf } from './image.ts';
import { csvOf, type Table, tableOf } from './table.ts';
import type { ViewTools } from './tools.ts';

/** A chart together with what it shows, in words and as a table. */
export interface Picture {
  title: string;
  /** One sentence that says what is to be seen; those who do not see the chart hear it. */
  finding: string;
  /** How it was counted, in small print. */
  notes?: readonly (string | null)[];
  table: Table;
  draw: DrawChart;
  /** 'small' for one of several beside each other. */
  size?: ChartSize;
  /** What the file of the image is called. */
  fileName: string;
  /** 2 unless it stands under a heading of its own. */
  level?: 2 | 3;
}

/** A figure that can be looked at, read as a table, copied as CSV and downloaded as an image. */
export function picture(what: Picture, tools: ViewTools): TemplateResult {
  const { title, finding, table, draw, size = 'medium', level = 2 } = what;
  const words = tools.messages.picture;
  const heading = level === 2 ? html`<h2>${title}</h2>` : html`<h3>${title}</h3>`;
  const said = notesOf(what);
  return html`<figure class="card picture">
    <figcaption>${heading}<p class="finding">${finding}</p></figcaption>
    <div class="canvas canvas-${size}"><canvas role="img" aria-label=${`${title}. ${finding}`} ${chartOn(draw, size)}></canvas></div>
    <div class=${`as-table ${isShort(table) ? 'on-paper' : ''}`} hidden>${tableOf(table, title)}</div>
    ${said === '' ? nothing : html`<p class="hint">${said}</p>`}
    <div class="actions" role="group" aria-label=${words.actions(title)}>
      <button type="button" class="quiet" aria-expanded="false" @click=${toggleTable}>${words.table}</button>
      ${copyButton(table, tools)}
      <button type="button" class="quiet" @click=${() => download(what, tools)}>${words.download}</button>
    </div>
  </figure>`;
}

/** Whether paper has room for a table below its picture, which says there what a pointer says on a screen. */
const isShort = ({ rows }: Table) => rows.length <= 12;

const notesOf = ({ notes = [] }: Picture) => notes.filter((note) => note !== null).join(' ');

const tickMs = 3_000;

/** What is best read as a table in the first place. */
export function listing(
  { title, hint, table }: { title: string; hint: string; table: Table },
  tools: ViewTools,
): TemplateResult {
  return html`<figure class="card listing">
    <figcaption><h2>${title}</h2><p class="finding">${hint}</p></figcaption>
    ${tableOf(table, title)}
    <div class="actions" role="group" aria-label=${tools.messages.picture.actions(title)}>${copyButton(table, tools)}</div>
  </figure>`;
}

function copyButton(table: Table, tools: ViewTools): TemplateResult {
  return html`<button type="button" class="quiet" @click=${(event: Event) => copy(event, table, tools)}>
    ${tools.messages.picture.copy}
  </button>`;
}

const figureAround = ({ currentTarget }: Event) =>
  currentTarget instanceof HTMLElement ? currentTarget.closest('figure') : null;

function toggleTable(event: Event): void {
  const figure = figureAround(event);
  showTable(figure, figure?.querySelector<HTMLElement>('.as-table')?.hidden === true);
}

function showTable(figure: HTMLElement | null, isShown: boolean): void {
  const table = figure?.querySelector<HTMLElement>('.as-table');
  if (!table) return;
  table.hidden = !isShown;
  figure?.querySelector('[aria-expanded]')?.setAttribute('aria-expanded', String(isShown));
}

async function copy(event: Event, table: Table, { messages, context }: ViewTools): Promise<void> {
  const figure = figureAround(event);
  const { currentTarget: button } = event;
  const isCopied = await isCopiedAsText(csvOf(table));
  if (isCopied) tick(button);
  else showTable(figure, true);
  context.announce(isCopied ? messages.picture.copied : messages.picture.notCopied);
}

/** Shows for a moment at the button itself that it has done its work. */
function tick(button: EventTarget | null): void {
  if (!(button instanceof HTMLElement)) return;
  button.classList.add('done');
  setTimeout(() => button.classList.remove('done'), tickMs);
}

/** There is no clipboard on a page that came over plain HTTP from another machine. */
async function isCopiedAsText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function download(what: Picture, { source }: ViewTools): void {
  const { title, finding, draw, fileName } = what;
  imageOf({ title, finding, notes: notesOf(what), source, draw }).toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = `${fileName}.png`;
    link.click();
    URL.revokeObjectURL(link.href);
  }, 'image/png');
}
