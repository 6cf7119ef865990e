import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import t from 'tap';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { startTestService } from '../support/service.ts';
import { computePilot } from './support/pilot.ts';
import { csvOf, figureOf, goTo, isDrawn, openView, viewIds } from './support/views.ts';

const withPictures = viewIds.filter((id) => id !== 'gate-0');
const pictures = (page: Page) => page.locator('figure').filter({ has: page.locator('canvas') });

/** The size of a PNG, from its header. */
function sizeOf(png: Buffer): [width: number, height: number] {
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

t.test('pictures', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  await computePilot(s);
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const admin = { caller: s.appAdmin };

  await t.test('each can be looked at, heard, read as a table and copied, all saying the same', async (t) => {
    const { page } = await openView(t, browser, s, 'overview', admin);
    for (const view of withPictures) {
      await goTo(page, view);
      const all = await pictures(page).all();
      t.ok(all.length > 0, view);
      for (const figure of all) {
        const title = await figure.getByRole('heading').innerText();
        const canvas = figure.getByRole('img');
        t.ok(await isDrawn(canvas), `${view}, ${title}: drawn`);
        const finding = await figure.locator('.finding').innerText();
        t.equal(await canvas.getAttribute('aria-label'), `${title}. ${finding}`);
        await tableSaysTheSame(page, figure, title);
      }
    }

    async function tableSaysTheSame(page: Page, figure: Locator, title: string): Promise<void> {
      const table = figure.getByRole('table');
      const button = figure.getByRole('button', { name: 'Table', exact: true });
      t.equal(await table.count(), 0, `${title}: no table yet`);
      await button.click();
      t.equal(await button.getAttribute('aria-expanded'), 'true');
      const rows = await table.getByRole('row').count();
      const [head = [], ...body] = await csvOf(page, figure);
      t.equal(rows, body.length + 1, `${title}: as many rows`);
      t.same(await table.getByRole('columnheader').allInnerTexts(), head);
      t.ok(body.length > 0 && body.every((row) => row.length === head.length), `${title}: full rows`);
      await button.click();
      t.equal(await table.count(), 0, `${title}: closed again`);
    }
  });

  await t.test(
    'each can be downloaded as an image, which is light, of one width, and as high as it needs',
    async (t) => {
      const small = { viewport: { width: 360, height: 740 }, colorScheme: 'dark' } as const;
      const { page } = await openView(t, browser, s, 'overview', { ...admin, options: small });
      const names: string[] = [];
      for (const view of [
        'overview',
        'trends',
        'calls',
        'time',
        'referrals',
        'freshness',
        'audits',
      ] as const) {
        await goTo(page, view);
        for (const figure of (await pictures(page).all()).slice(0, 3)) {
          const [download] = await Promise.all([
            page.waitForEvent('download'),
            figure.getByRole('button', { name: 'Download PNG' }).click(),
          ]);
          names.push(download.suggestedFilename());
          const png = await readFile(await download.path());
          t.equal(png.toString('latin1', 1, 4), 'PNG');
          const [width, height] = sizeOf(png);
          t.equal(width, 1920);
          t.ok(height > 600 && height < 1500, `${download.suggestedFilename()}: ${height} high`);
          t.ok(png.length > 20_000, `${download.suggestedFilename()}: ${png.length} bytes`);
        }
      }
      t.equal(new Set(names).size, names.length, 'names of their own');
      for (const name of names) t.match(name, /^[a-z0-9-]+\.png$/);
      const corner = await page.evaluate(cornerOf, (await imageIn(page, 'calls')).toString('base64'));
      t.same(corner, [255, 255, 255, 255], 'white, on a dark screen');
    },
  );

  async function imageIn(page: Page, view: 'calls'): Promise<Buffer> {
    await goTo(page, view);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download PNG' }).first().click(),
    ]);
    return readFile(await download.path());
  }

  /** The first pixel of an image, decoded by the browser. */
  async function cornerOf(base64: string): Promise<number[]> {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const paper = new OffscreenCanvas(1, 1).getContext('2d');
    paper?.drawImage(bitmap, 0, 0);
    return [...(paper?.getImageData(0, 0, 1, 1).data ?? [])];
  }

  await t.test('that it was copied is seen at the button, for a moment', async (t) => {
    const { page } = await openView(t, browser, s, 'overview', admin);
    await page.clock.install();
    const button = pictures(page).first().getByRole('button', { name: 'Copy CSV' });
    const mark = () => button.evaluate((element) => getComputedStyle(element, '::after').content);
    t.notMatch(await mark(), '✓');
    await button.click();
    await page.locator('#announcements', { hasText: 'Copied' }).waitFor({ state: 'attached' });
    t.match(await mark(), '✓');
    await page.clock.fastForward(3_000);
    t.notMatch(await mark(), '✓');
  });

  await t.test('where there is no clipboard, the table is shown to be copied by hand', async (t) => {
    const { page } = await openView(t, browser, s, 'calls');
    // As on a page that came over plain HTTP from another machine.
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    const figure = figureOf(page, /outcome by channel/);
    await figure.getByRole('button', { name: 'Copy CSV' }).click();
    await figure.getByRole('table').waitFor();
    await page.locator('#announcements', { hasText: 'it is shown instead' }).waitFor({ state: 'attached' });
  });
});
