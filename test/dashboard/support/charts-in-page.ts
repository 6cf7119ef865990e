import { html, render } from 'lit-html';
import {
  type ChartSize,
  chartForImage,
  chartOn,
  type DrawChart,
} from '../../../src/dashboard/page/charts/chart.ts';

export { bars } from '../../../src/dashboard/page/charts/bars.ts';
export { flow } from '../../../src/dashboard/page/charts/flow.ts';
export { lines } from '../../../src/dashboard/page/charts/lines.ts';

/** Draws one chart, as a view does, instead of what is shown. */
export function show(draw: DrawChart, size: ChartSize = 'medium'): void {
  render(
    html`<div class="canvas canvas-${size}"><canvas ${chartOn(draw, size)}></canvas></div>`,
    document.body,
  );
}

/** How large the image of a chart becomes. */
export function sizeOfImage(draw: DrawChart): { width: number; height: number } {
  const { width, height } = chartForImage(draw, { width: 900, height: 480, scale: 1 });
  return { width, height };
}
