import t from 'tap';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { startTestService } from '../support/service.ts';
import { computePilot } from './support/pilot.ts';
import { figureOf, goTo, openView, viewIds } from './support/views.ts';

t.test('telephones', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  await computePilot(s);
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const phone = (width = 360) => ({ viewport: { width, height: 740 } });

  for (const language of ['en', 'fr'] as const) {
    await t.test(`both questions are answered on the first screen, in ${language}`, async (t) => {
      const { page } = await openView(t, browser, s, 'overview', { language, options: phone() });
      const verdicts = await page.locator('.verdict').all();
      t.equal(verdicts.length, 2);
      for (const verdict of verdicts) {
        const box = await verdict.boundingBox();
        t.ok(box && box.y + box.height <= 740, `${await verdict.innerText()}: ${JSON.stringify(box)}`);
      }
      const [before, now] = await Promise.all(
        ['.big-before', '.big-now'].map((big) => page.locator(big).boundingBox()),
      );
      t.equal(before?.y, now?.y, 'before and now beside each other');
    });

    await t.test(`at 320 px nothing is cut off, and the name is in one line, in ${language}`, async (t) => {
      const { page } = await openView(t, browser, s, 'overview', { language, options: phone(320) });
      for (const view of viewIds.filter((id) => id !== 'organizations')) {
        await goTo(page, view);
        t.equal(await page.evaluate('document.documentElement.scrollWidth'), 320, view);
      }
      const heights = await Promise.all(
        ['.brand', '.account button'].map(
          async (part) => (await page.locator(part).boundingBox())?.height ?? 0,
        ),
      );
      t.ok(
        heights.every((height) => height < 45),
        `${heights}`,
      );
    });
  }

  await t.test('a row of a table is a list with the names of its columns, and still a row', async (t) => {
    const { page, axe } = await openView(t, browser, s, 'freshness', { options: phone() });
    const rows = page.locator('.listing').getByRole('row');
    t.equal(await rows.count(), 3);
    const cells = rows.nth(1).getByRole('cell');
    t.equal(await rows.nth(1).getByRole('rowheader').count(), 1);
    const columns = await page.locator('.listing').getByRole('columnheader').allTextContents();
    t.equal(await cells.count(), columns.length - 1);
    for (const [index, cell] of (await cells.all()).entries()) {
      const name = await cell.evaluate((element) => getComputedStyle(element, '::before').content);
      t.match(name, columns[index + 1] ?? '');
      const box = await cell.boundingBox();
      t.ok(box && box.x >= 0 && box.x + box.width <= 360, `${columns[index + 1]} can be seen`);
    }
    t.same(await axe(), []);
    await goTo(page, 'overview');
    const gate = page.locator('.gate').getByRole('row').nth(1);
    for (const cell of await gate.getByRole('cell').all()) {
      const box = await cell.boundingBox();
      t.ok(box && box.x + box.width <= 360, await cell.innerText());
    }
  });

  await t.test('a table is a tab stop while it has to be scrolled, and only then', async (t) => {
    const options = { viewport: { width: 1280, height: 800 } };
    const { page, axe } = await openView(t, browser, s, 'calls', { options });
    const figure = figureOf(page, /outcome by channel/);
    await figure.getByRole('button', { name: 'Table', exact: true }).click();
    const box = figure.locator('.scrolls');
    t.equal(await box.getAttribute('tabindex'), null);
    await page.setViewportSize({ width: 660, height: 800 });
    await figure.locator('.scrolls[tabindex="0"][role="group"]').waitFor();
    t.same(await axe(), []);
    await page.setViewportSize({ width: 1280, height: 800 });
    await figure.locator('.scrolls:not([tabindex])').waitFor();
  });

  for (const width of [768, 1280, 1920]) {
    await t.test(`at ${width} px the tiles of the seven metrics fill their rows`, async (t) => {
      const { page } = await openView(t, browser, s, 'overview', {
        options: { viewport: { width, height: 800 } },
      });
      const boxes = await Promise.all((await page.locator('.tile').all()).map((tile) => tile.boundingBox()));
      const ends = boxes.map((box) => Math.round((box?.x ?? 0) + (box?.width ?? 0)));
      t.equal(boxes.length, 7);
      t.equal(ends.at(-1), Math.max(...ends));
    });
  }
});
