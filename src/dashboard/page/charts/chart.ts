import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import { Flow, SankeyController } from 'chartjs-chart-sankey';
import { noChange } from 'lit-html';
import { AsyncDirective } from 'lit-html/async-directive.js';
import { type DirectiveResult, directive, type ElementPart } from 'lit-html/directive.js';
import { readTheme, type Theme } from './theme.ts';

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
  Tooltip,
);

export type AnyChart =
  | ChartConfiguration<'bar', (number | null)[], string | string[]>
  | ChartConfiguration<'line', (number | null)[], string>
  | ChartConfiguration<'sankey'>;

/** Makes the configuration of a chart anew for each theme in which it is drawn, and for how wide it is then, in pixels. */
export type DrawChart = (theme: Theme, width: number) => AnyChart;

const drawn = new Set<ChartOnCanvas>();
let isPrinting = false;

export type ChartSize = 'small' | 'medium' | 'large';

/** On paper the width is that of a page, or half of it, whatever the window has, and the colours are light. */
const paper = { width: { alone: 680, beside: 330 }, height: { small: 210, medium: 280, large: 340 } };

class ChartOnCanvas extends AsyncDirective {
  #chart: Chart | undefined;
  #canvas: HTMLCanvasElement | undefined;
  #draw: DrawChart | undefined;
  #size: ChartSize = 'medium';

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
    this.#chart?.destroy();
    this.#chart = undefined;
    if (!this.isConnected || !this.#canvas || !this.#draw) return;
    const { clientWidth } = this.#canvas.parentElement ?? this.#canvas;
    const onPaper = this.#canvas.closest('.pictures') ? paper.width.beside : paper.width.alone;
    const width = isPrinting ? onPaper : clientWidth;
    const config = this.#draw(readTheme(isPrinting ? 'light' : 'screen'), width);
    this.#chart = createChart(this.#canvas, config, !isPrinting);
    if (!isPrinting) return;
    this.#chart.resize(width, paper.height[this.#size]);
    // Where the column of the page is narrower, the height follows.
    this.#canvas.style.removeProperty('height');
  }

  override disconnected(): void {
    this.#chart?.destroy();
    this.#chart = undefined;
    drawn.delete(this);
  }

  override reconnected(): void {
    drawn.add(this);
    this.redraw();
  }
}

/** `<canvas ${chartOn(draw, size)}>`: draws, and draws again when the colour scheme changes and for paper. */
export const chartOn: (draw: DrawChart, size: ChartSize) => DirectiveResult = directive(ChartOnCanvas);

function createChart(
  canvas: HTMLCanvasElement,
  config: AnyChart,
  responsive: boolean,
  scale?: number,
): Chart {
  const { type, data, plugins = [] } = config;
  const options = {
    ...config.options,
    animation: false,
    responsive,
    maintainAspectRatio: false,
    ...(scale !== undefined && { devicePixelRatio: scale }),
  };
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

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);
matchMedia('print').addEventListener('change', ({ matches }) => print(matches));
addEventListener('beforeprint', () => print(true));
addEventListener('afterprint', () => print(false));

/** A canvas beside the page with the chart as it leaves the screen: light, and of one size everywhere. */
export function chartForImage(
  draw: DrawChart,
  { width, height, scale }: { width: number; height: number; scale: number },
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const chart = createChart(canvas, draw(readTheme('light'), width), false, scale);
  // What was drawn stays when the chart itself is let go.
  const image = document.createElement('canvas');
  image.width = canvas.width;
  image.height = canvas.height;
  image.getContext('2d')?.drawImage(canvas, 0, 0);
  chart.destroy();
  return image;
}
