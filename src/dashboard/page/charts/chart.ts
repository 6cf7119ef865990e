import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartOptions,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  SubTitle,
  Tooltip,
} from 'chart.js';
import { Flow, SankeyController } from 'chartjs-chart-sankey';
import { noChange } from 'lit-html';
import { AsyncDirective } from 'lit-html/async-directive.js';
import { type DirectiveResult, directive, type ElementPart } from 'lit-html/directive.js';
import { isNarrow } from './axes.ts';
import { forcedColours, readEm, readTheme, type Theme } from './theme.ts';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Flow,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  SankeyController,
  SubTitle,
  Tooltip,
);

type AnyChart =
  | ChartConfiguration<'bar', (number | null)[], string>
  | ChartConfiguration<'line', (number | null)[], string>
  | ChartConfiguration<'sankey'>;

/** A chart, and how high it has to be between its axes for all that is in it; without that, the size of the picture holds. */
export interface Drawing {
  chart: AnyChart;
  plotHeight?: number;
}

/** Makes the configuration of a chart anew for each theme in which it is drawn, and for how wide it is then, in pixels. */
export type DrawChart = (theme: Theme, width: number) => Drawing;

const drawn = new Set<ChartOnCanvas>();
let isPrinting = false;

export type ChartSize = 'small' | 'medium' | 'large';

/**
 * On paper the width is that of a page, or half of it, whatever the window has, and no picture is higher than a page below its
 * heading. The pixels are as fine as printers need.
 */
const paper = {
  width: { alone: 680, beside: 330 },
  height: { small: 180, medium: 280, large: 340 },
  highest: 780,
  scale: 3,
};

class ChartOnCanvas extends AsyncDirective {
  #chart: Chart | undefined;
  #canvas: HTMLCanvasElement | undefined;
  #draw: DrawChart | undefined;
  #size: ChartSize = 'medium';
  /** What the layout on the screen followed from. */
  #layout = '';
  #frame = 0;

  override update({ element }: ElementPart, [draw, size]: Parameters<ChartOnCanvas['render']>): symbol {
    if (!(element instanceof HTMLCanvasElement)) throw new TypeError('Charts are drawn on a canvas.');
    this.#canvas = element;
    this.#draw = draw;
    this.#size = size;
    drawn.add(this);
    // The canvas has its place in the page only when the template around it has been rendered.
    queueMicrotask(() => this.redraw());
    return noChange;
  }

  /** For its parameters alone: it is `update` that draws. */
  override render(_draw: DrawChart, _size: ChartSize): symbol {
    return noChange;
  }

  redraw(): void {
    this.#letGo();
    const box = this.#canvas?.parentElement;
    if (!this.isConnected || !this.#canvas || !this.#draw || !box) return;
    if (isPrinting) this.#drawOnPaper(this.#canvas, this.#draw, box);
    else this.#drawOnScreen(this.#canvas, this.#draw, box);
  }

  #drawOnScreen(canvas: HTMLCanvasElement, draw: DrawChart, box: HTMLElement): void {
    const { clientWidth: width } = box;
    this.#layout = layoutAt(width);
    const drawing = draw(readTheme('screen'), width);
    const onResize = (_: Chart, size: { width: number }) => this.#follow(size.width);
    this.#chart = createChart(canvas, drawing, { responsive: true, onResize });
    const height = heightOf(this.#chart, drawing);
    box.style.blockSize = height === undefined ? '' : `${height}px`;
    if (height !== undefined) this.#chart.resize();
  }

  #drawOnPaper(canvas: HTMLCanvasElement, draw: DrawChart, box: HTMLElement): void {
    const width = canvas.closest('.pictures') ? paper.width.beside : paper.width.alone;
    const drawing = draw(readTheme('light'), width);
    box.style.blockSize = '';
    // Chart.js heeds what the style sheet allows, which in a narrow window is less than the page will have.
    canvas.style.maxInlineSize = 'none';
    this.#chart = createChart(canvas, drawing, { responsive: false, devicePixelRatio: paper.scale });
    const height = heightOf(this.#chart, drawing) ?? paper.height[this.#size];
    this.#chart.resize(width, Math.min(height, paper.highest));
    // Where the column of the page is narrower, the height follows.
    canvas.style.removeProperty('height');
    canvas.style.removeProperty('max-inline-size');
  }

  /** Chart.js stretches what it has drawn; another layout is drawn anew, once for each frame. */
  #follow(width: number): void {
    if (layoutAt(width) === this.#layout) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.redraw());
  }

  #letGo(): void {
    cancelAnimationFrame(this.#frame);
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  override disconnected(): void {
    this.#letGo();
    drawn.delete(this);
  }

  override reconnected(): void {
    drawn.add(this);
    this.redraw();
  }
}

/** `<canvas ${chartOn(draw, size)}>`: draws, and draws again when the colours or the layout change and for paper. */
export const chartOn: (draw: DrawChart, size: ChartSize) => DirectiveResult = directive(ChartOnCanvas);

/** What a chart's layout follows from besides the chart: whether there is little room, and how large the letters are. */
function layoutAt(width: number): string {
  const em = readEm();
  return `${isNarrow(width, { em })} ${Math.round(em)}`;
}

/** How high a chart becomes with what stands around its plot; undefined where that does not follow from what is in it. */
function heightOf({ height, chartArea }: Chart, { plotHeight }: Drawing): number | undefined {
  return plotHeight === undefined ? undefined : Math.ceil(plotHeight + height - chartArea.height);
}

function createChart(
  canvas: HTMLCanvasElement,
  { chart }: Drawing,
  more: { responsive: boolean; devicePixelRatio?: number; onResize?: ChartOptions['onResize'] },
): Chart {
  const { type, data, plugins = [] } = chart;
  const options = { ...chart.options, animation: false, maintainAspectRatio: false, ...more };
  return new Chart(canvas, { type, data, options, plugins } as ChartConfiguration);
}

function redrawAll(): void {
  for (const chart of drawn) chart.redraw();
}

function print(printing: boolean): void {
  if (isPrinting === printing) return;
  isPrinting = printing;
  redrawAll();
}

for (const query of ['(prefers-color-scheme: dark)', forcedColours])
  matchMedia(query).addEventListener('change', redrawAll);
matchMedia('print').addEventListener('change', ({ matches }) => print(matches));
addEventListener('beforeprint', () => print(true));
addEventListener('afterprint', () => print(false));

/** A canvas beside the page with the chart as it leaves the screen: light, and of one width everywhere. */
export function chartForImage(
  draw: DrawChart,
  { width, height, scale }: { width: number; height: number; scale: number },
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const drawing = draw(readTheme('light'), width);
  const chart = createChart(canvas, drawing, { responsive: false, devicePixelRatio: scale });
  const needed = heightOf(chart, drawing);
  if (needed !== undefined) chart.resize(width, needed);
  // What was drawn stays when the chart itself is let go.
  const image = document.createElement('canvas');
  image.width = canvas.width;
  image.height = canvas.height;
  image.getContext('2d')?.drawImage(canvas, 0, 0);
  chart.destroy();
  return image;
}
