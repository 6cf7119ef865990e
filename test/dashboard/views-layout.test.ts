import t from 'tap';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { startTestService } from '../support/service.ts';
import { nextFrame } from './support/charts.ts';
import { computePilot } from './support/pilot.ts';
import { coloursOf, goTo, openView, textOf, viewIds } from './support/views.ts';

t.test('screens and paper', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  await computePilot(s);
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const admin = { caller: s.appAdmin };

  await t.test('pictures follow the colours of the screen, and are light on paper', async (t) => {
    const { page } = await openView(t, browser, s, 'calls', { options: { colorScheme: 'light' } });
    const [light, dark] = ['11,92,173,255', '106,169,240,255'];
    const colours = async () => {
      await nextFrame(page);
      const grid = Array.from({ length: 900 }, (_, n): [number, number] => [
        (n % 30) / 30,
        Math.floor(n / 30) / 30,
      ]);
      const there = new Set(await coloursOf(page.locator('canvas').first(), grid));
      return [light, dark].filter((colour) => there.has(colour));
    };
    t.same(await colours(), [light]);
    await page.emulateMedia({ colorScheme: 'dark' });
    t.same(await colours(), [dark]);
    await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
    t.same(await colours(), [light]);
    await page.emulateMedia({ colorScheme: 'light', media: 'screen' });
    t.same(await colours(), [light]);
  });

  await t.test('paper holds what was looked at, and no more than a page is wide', async (t) => {
    const { page } = await openView(t, browser, s, 'overview', { options: { colorScheme: 'dark' } });
    const pdf = await page.pdf({ format: 'Letter', printBackground: true });
    t.equal(pdf.toString('latin1', 0, 5), '%PDF-');
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    t.ok(pages >= 1 && pages <= 4, `${pages} pages`);
    await page.setViewportSize({ width: 703, height: 900 });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    for (const view of viewIds.filter((id) => id !== 'organizations')) {
      await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
      await goTo(page, view);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      t.equal(await page.getByRole('button').count(), 0, `${view}: nothing to press`);
      t.match(
        await textOf(page.locator('.subject')),
        view === 'gate-0' ? 'All organisations (whole cycle) · cycle-a' : 'Organisation A · cycle-a',
        `${view}: of whom and when`,
      );
      const { wide, ground } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth,
        ground: getComputedStyle(document.querySelector('.card') ?? document.body).backgroundColor,
      }));
      t.ok(wide <= 703, `${view}: ${wide} wide`);
      t.equal(ground, 'rgb(255, 255, 255)', `${view}: light`);
    }
  });

  await t.test(
    'paper has the numbers of small pictures, open details, and blocks below each other',
    async (t) => {
      const { page } = await openView(t, browser, s, 'calls', {
        options: { viewport: { width: 703, height: 900 } },
      });
      const tables = page.locator('.picture .as-table');
      t.same(await Promise.all((await tables.all()).map((table) => table.isVisible())), [false, false]);
      await page.emulateMedia({ media: 'print' });
      t.same(await Promise.all((await tables.all()).map((table) => table.isVisible())), [true, true]);
      const displays = await page.evaluate(() =>
        ['main', '.view'].map(
          (part) => getComputedStyle(document.querySelector(part) ?? document.body).display,
        ),
      );
      t.same(displays, ['block', 'block'], 'a grid would let parts of it cover others at the end of a page');
      await page.emulateMedia({ media: 'screen' });
      await page.route('**/gate-0?*', async (route) => {
        const response = await route.fetch();
        const answer: { checks: { references: object[] }[] } = await response.json();
        for (const check of answer.checks) check.references = [{ kind: 'approval', id: 'D4', revision: 1 }];
        await route.fulfill({ response, json: answer });
      });
      await goTo(page, 'gate-0');
      await page.emulateMedia({ media: 'print' });
      const details = page.locator('details');
      t.ok((await details.count()) > 0);
      for (const one of await details.all()) {
        t.notOk(await one.evaluate((element: HTMLDetailsElement) => element.open));
        const { height = 0 } = (await one.locator('li').first().boundingBox()) ?? {};
        t.ok(height > 0 && (await one.locator('li').first().isVisible()), 'what is in it can be read');
      }
    },
  );

  await t.test(
    'where the system forces its colours, pictures keep theirs and the current view stands out',
    async (t) => {
      const { page } = await openView(t, browser, s, 'calls', { options: { forcedColors: 'active' } });
      const grid = Array.from({ length: 900 }, (_, n): [number, number] => [
        (n % 30) / 30,
        Math.floor(n / 30) / 30,
      ]);
      const there = new Set(await coloursOf(page.locator('canvas').first(), grid));
      t.ok(there.has('11,92,173,255'), [...there].join(' '));
      const borders = await page.evaluate(() =>
        [...document.querySelectorAll('nav a')].map((link) => [
          link.hasAttribute('aria-current'),
          getComputedStyle(link).borderBlockEndColor,
        ]),
      );
      const [current] = borders.filter(([isCurrent]) => isCurrent);
      t.equal(borders.filter(([, colour]) => colour === current?.[1]).length, 1, JSON.stringify(borders));
    },
  );

  for (const width of [360, 1280, 2560]) {
    await t.test(`at a width of ${width} nothing has to be scrolled sideways but tables`, async (t) => {
      const viewport = { width, height: 800 };
      const { page } = await openView(t, browser, s, 'overview', { ...admin, options: { viewport } });
      for (const view of viewIds) {
        await goTo(page, view);
        t.equal(await page.evaluate('document.documentElement.scrollWidth'), width, view);
      }
    });
  }
});
