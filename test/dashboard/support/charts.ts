import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Test } from 'tap';

declare global {
  /** What `charts-in-page.ts` exports, in the page of `openCharts`. */
  var charts: typeof import('./charts-in-page.ts');
  var written: WeakMap<object, Written[]>;
}

/** A text on a canvas: where it is anchored and how high its letters are, in pixels of the page. */
export interface Written {
  text: string;
  x: number;
  y: number;
  width: number;
  align: CanvasTextAlign;
  size: number;
}

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A page of nothing but charts, with data of the test's own, in the styles of the dashboard. */
export async function openCharts(
  t: Test,
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; canvas: Locator }> {
  const { outputFiles } = await build({
    entryPoints: [pathOf('charts-in-page.ts'), pathOf('../../../src/dashboard/page/styles.css')],
    bundle: true,
    format: 'iife',
    globalName: 'charts',
    outdir: '.',
    tsconfigRaw: {},
    write: false,
    logLevel: 'silent',
  });
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  t.teardown(async () => {
    await context.close();
    if (faults.length > 0) throw new Error(`The page failed: ${faults.join('; ')}`);
  });
  await page.setContent(`<!doctype html><style>${textOf('.css')}</style><body></body>`);
  await watchCanvases(page);
  await page.evaluate(`${textOf('.js')}; globalThis.charts = charts`);
  return { page, canvas: page.locator('canvas') };
}

/** Notes what is written on canvases from now on, until they are cleared. */
export async function watchCanvases(page: Page): Promise<void> {
  await page.evaluate(() => {
    globalThis.written = new WeakMap();
    const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
      globalThis.written.delete(this.canvas);
      clearRect.apply(this, box);
    };
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y, most) {
      const scale = this.canvas.width / Math.max(1, this.canvas.clientWidth);
      const at = this.getTransform().transformPoint({ x, y });
      const all = globalThis.written.get(this.canvas) ?? [];
      all.push({
        text,
        x: at.x / scale,
        y: at.y / scale,
        width: this.measureText(text).width,
        align: this.textAlign,
        size: Number(/([\d.]+)px/.exec(this.font)?.[1]),
      });
      globalThis.written.set(this.canvas, all);
      fillText.call(this, text, x, y, most);
    };
  });
}

/** What stands on a canvas; a no-break space is a space. */
export async function writtenOn(canvas: Locator): Promise<Written[]> {
  const all = await canvas.evaluate((element) => globalThis.written.get(element) ?? []);
  return all.map((one) => ({ ...one, text: one.text.replaceAll('\u00a0', ' ') }));
}

/** Waits until the page has drawn what it was told, such as other colours, in its next frame. */
export function nextFrame(page: Page): Promise<unknown> {
  return page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
}

/** Turns to paper or to the screen, and waits until the charts are drawn for it: those on paper have finer pixels. */
export async function turnTo(
  page: Page,
  {
    media,
    ...more
  }: { media: 'print' | 'screen'; colorScheme?: 'light' | 'dark'; forcedColors?: 'active' | 'none' },
): Promise<void> {
  await page.emulateMedia({ media, ...more });
  await page.waitForFunction(
    (isPaper) =>
      [...document.querySelectorAll('canvas')].every(
        ({ width }) => [680 * 3, 330 * 3].includes(width) === isPaper,
      ),
    media === 'print',
  );
  await nextFrame(page);
}

/** The left and the right edge of a text. */
export function edgesOf({ x, width, align }: Written): [left: number, right: number] {
  const left = align === 'center' ? x - width / 2 : align === 'right' || align === 'end' ? x - width : x;
  return [left, left + width];
}
